"""The SD v1 noise schedule and DDIM sampling with classifier-free guidance, enough to look at samples while training."""

import torch

from .progress import bf16

STEPS = 1000
BETAS = torch.linspace(0.00085**0.5, 0.012**0.5, STEPS, dtype=torch.float64) ** 2
ALPHAS_CUMPROD = torch.cumprod(1 - BETAS, 0).float()


def add_noise(x, noise, t):
    a = ALPHAS_CUMPROD.to(x.device)[t].view(-1, 1, 1, 1)
    return a.sqrt() * x + (1 - a).sqrt() * noise


@torch.no_grad()
def ddim(unet, context, empty, side, steps=25, guidance=4.0, seed=0):
    """Latents [B, 4, side, side] for text states `context` [B, 77, C]; `empty` [1, 77, C] is the caption ''."""
    device = context.device
    x = torch.randn(len(context), 4, side, side, generator=torch.Generator().manual_seed(seed)).to(device)
    both = torch.cat([empty.expand_as(context), context])
    times = list(range(1, STEPS, STEPS // steps))[::-1]
    alphas = ALPHAS_CUMPROD.tolist()
    for k, t in enumerate(times):
        with bf16(device):
            uncond, cond = unet(torch.cat([x, x]), torch.full((len(both),), t, device=device), both).float().chunk(2)
        eps = uncond + guidance * (cond - uncond)
        a, previous = alphas[t], alphas[times[k + 1]] if k + 1 < len(times) else alphas[0]
        x0 = (x - (1 - a) ** 0.5 * eps) / a**0.5
        x = previous**0.5 * x0 + (1 - previous) ** 0.5 * eps
    return x
