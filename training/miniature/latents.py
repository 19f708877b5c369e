"""Stage `latents`: measure the latents' shift and spread, fold the SD v1 scale into the autoencoder, and encode every training picture once.

The published scale is 0.18215; after folding, 0.18215 * mean has zero mean and unit variance over the training set.
Files: autoencoder.pt (weights as exported), latents-128.f16 and latents-256.f16 (scaled posterior means); the posterior is narrow, so its noise is left out.
"""

import numpy as np
import torch

from .autoencoder import SCALE_FACTOR, Autoencoder
from .draw import pictures
from .progress import bf16, device_and_threads, to_signed


def fold_scale(model, mean, std):
    """Make `0.18215 * model.encode(x)` standardised, and decode undo it, by changing only the two 1x1 convolutions."""
    factor = 1 / (std * SCALE_FACTOR)
    with torch.no_grad():
        q, p = model.quant_conv, model.post_quant_conv
        q.weight[:4] *= factor
        q.bias[:4] = (q.bias[:4] - mean) * factor
        q.bias[4:] += 2 * torch.log(factor)  # log variance
        p.bias += p.weight[:, :, 0, 0] @ mean.expand(4)
        p.weight /= factor


def load_autoencoder(work, device="cpu"):
    model = Autoencoder().to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    model.load_state_dict(torch.load(work / "autoencoder.pt", map_location=device, weights_only=True))
    return model


@torch.no_grad()
def encode(model, batch, device):
    with bf16(device):
        return model.encode(to_signed(batch, device))[0].float()


def fold(work, device):
    """Take the averaged weights of the latest training stage, fold the scale in, save them as autoencoder.pt."""
    source = next(p for p in (work / "autoencoder-256.pt", work / "autoencoder-128.pt") if p.exists())
    model = Autoencoder().to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    state = dict(torch.load(source, map_location=device, weights_only=True)["ema"])
    state.pop("updates")
    model.load_state_dict(state)
    data = pictures(work, 256)
    sample = torch.cat([encode(model, data[k : k + 8], device) for k in range(0, 160, 8)])
    fold_scale(model, sample.mean(), sample.std())
    torch.save(model.state_dict(), work / "autoencoder.pt")


@torch.no_grad()
def run(work, small=8000, large=9000, threads=2):
    device = device_and_threads(threads)
    if not (work / "autoencoder.pt").exists():
        fold(work, device)
    model = load_autoencoder(work, device)
    for side, count, batch in ((128, small, 32), (256, large, 8)):
        data = pictures(work, side)
        count = min(count, len(data))
        if not count:
            continue
        out = np.memmap(work / f"latents-{side}.f16", np.float16, "w+", shape=(count, 4, side // 8, side // 8))
        for k in range(0, count, batch):
            z = encode(model, data[k : min(k + batch, count)], device) * SCALE_FACTOR
            out[k : k + len(z)] = z.half().cpu().numpy()
        print(f"{side}: {count} latents, mean {out[:500].astype(np.float32).mean():.3f}, std {out[:500].astype(np.float32).std():.3f}", flush=True)


def latents(work, side):
    return np.memmap(work / f"latents-{side}.f16", np.float16, "r").reshape(-1, 4, side // 8, side // 8)
