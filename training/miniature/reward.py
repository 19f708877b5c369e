"""Stage `reward`: go on training the U-Net on its own half-finished pictures, until a critic recognises in them what the caption says.

The noise-prediction loss shows the network only noise laid over true drawings; while it paints it stands on what it painted itself. So pictures are painted
as users paint them, with classifier-free guidance, and at every step the picture that the step predicts is given noise and shown to the critic (stage
`critic`: drawings alone). Its cross-entropy on what the caption states is the loss, through this one step, as in ReFL (Xu et al. 2023), there at a late
step, here at all. The noise hides from the critic what people would not see, and from the U-Net what would please this critic alone. Beside every two of these pictures one
drawing keeps the noise-prediction loss.
File: unet-reward.pt, which starts at unet-256.pt (or unet-start.pt); `export` and `paint` take whichever of the U-Net's checkpoints is the latest.
"""

import random

import numpy as np
import torch

from .diffusion import ALPHAS_CUMPROD, add_noise
from .draw import scenes
from .latents import latents, load_autoencoder
from .progress import Ema, Run, average_gradients, bf16, device_and_threads, first, join, share_weights
from .train_clip import load_clip
from .train_critic import load_critic, losses, truths
from .train_unet import PROMPTS, denoising_loss, look, odds_of, step_odds
from .unet import CONFIG, UNet
from .whitening import Whitening
from .world import caption

STEPS = 16  # of a picture on the way
LAST = 981  # the timestep that painting starts at
GUIDANCE = (3.0, 8.0)
SIGMA = (0.25, 8.0)  # steps of less noise change little, of more show nothing yet
SHARES = {"thing": 1.0, "number": 0.4, "colour": 0.3, "sky": 0.4, "ground": 0.3, "style": 0.2}  # of the attributes in the reward
SIGMAS = ((1 - ALPHAS_CUMPROD) / ALPHAS_CUMPROD).sqrt()


def asked_for(scene, rng):
    """A caption of a scene and what a picture of it has to show: the scene without what the caption leaves out, which then counts for nothing."""
    text, stated = caption(scene, rng)
    return text, {name: name in stated for name in ("colour", "sky", "ground")}


class Easels:
    """Pictures on their way from noise, each at a step, a caption and a guidance scale of its own; a finished one makes room for a new one.

    A batch takes any few of them: painting eight from beginning to end made eight captions of all that the network saw in sixteen steps, and it painted
    cats for mushrooms after a batch with cats.
    """

    def __init__(self, count, described, chances, states, device):
        self.described, self.chances, self.states, self.device = described, chances, states, device
        self.rng = np.random.default_rng()
        self.x = torch.empty(count, 4, 32, 32, device=device)
        self.t = torch.empty(count, dtype=torch.long, device=device)
        self.guidance = torch.empty(count, 1, 1, 1, device=device)
        self.context = torch.empty(count, *states([""]).shape[1:], device=device)
        self.scenes, self.steps = [None] * count, [0] * count
        self.until = [1 + k % STEPS for k in range(count)]  # the first ones stop early, so that later on all steps are seen at any time
        for row in range(count):
            self.renew(row)

    def renew(self, row):
        scene = self.described[self.rng.choice(len(self.described), p=self.chances)]
        text, stated = asked_for(scene, random)
        self.scenes[row] = scene | {"stated": stated}
        self.context[row] = self.states([text])[0]
        self.x[row] = torch.randn(4, 32, 32)
        self.t[row], self.steps[row] = LAST, 0
        self.guidance[row] = random.uniform(*GUIDANCE)

    def truth(self, rows):
        """What the critic is to find, [B] by attribute; -1 for what the caption does not state."""
        chosen = [self.scenes[row] for row in rows]
        truth = truths(chosen)
        for name in ("colour", "sky", "ground"):
            silent = torch.tensor([not scene["stated"][name] for scene in chosen])
            truth[name] = truth[name].masked_fill(silent, -1)
        return {name: value.to(self.device) for name, value in truth.items()}

    def advance(self, rows, x0, eps):
        """One DDIM step to the next timestep, somewhere in the next sixteenth of the way."""
        for k, row in enumerate(rows):
            self.steps[row] += 1
            if self.steps[row] == self.until[row]:
                self.until[row] = STEPS
                self.renew(row)
                continue
            self.t[row] = round(LAST * (1 - (self.steps[row] - random.random()) / STEPS))
            a = ALPHAS_CUMPROD[self.t[row]]
            self.x[row] = a.sqrt() * x0[k] + (1 - a).sqrt() * eps[k]


def critics_noise(t):
    """Timesteps of 0.3 to 1 times the noise at `t`."""
    sigma = SIGMAS[t.cpu()] * (0.3 + 0.7 * torch.rand(len(t)))
    return torch.searchsorted(SIGMAS, sigma.clamp(min=0.15)).clamp(max=len(SIGMAS) - 1).to(t.device)


def reward_loss(unet, critic, easels, empty, count):
    """The critic's cross-entropy on the pictures as one step with guidance predicts them; the pictures move on by that step."""
    rows = easels.rng.choice(len(easels.x), count, replace=False)
    x, t, context, guidance = (value[torch.from_numpy(rows).to(value.device)] for value in (easels.x, easels.t, easels.context, easels.guidance))
    x = x.contiguous(memory_format=torch.channels_last)
    with bf16(x.device):
        with torch.no_grad():
            without = unet(x, t, empty.expand(len(x), -1, -1)).float()
        towards = unet(x, t, context).float()
    eps = without + guidance * (towards - without)
    a = ALPHAS_CUMPROD.to(x.device)[t].view(-1, 1, 1, 1)
    x0 = (x - (1 - a).sqrt() * eps) / a.sqrt()
    s = critics_noise(t)
    with bf16(x.device):
        logits = critic(add_noise(x0, torch.randn_like(x0), s), s)
    truth = easels.truth(rows)
    sigma = SIGMAS.to(x.device)[t]
    counts = ((sigma > SIGMA[0]) & (sigma < SIGMA[1])).float()
    parts = losses(logits, truth)
    loss = sum(SHARES[name] * (part * counts).mean() for name, part in parts.items())
    seen = {"thing": float(parts["thing"][counts > 0].mean().detach())} if counts.any() else {}
    easels.advance(rows, x0.detach(), eps.detach())
    return loss, seen


def start_weights(work, whitening):
    trained = work / "unet-256.pt"
    if not trained.exists():
        return whitening.whitened(torch.load(work / "unet-start.pt", map_location="cpu", weights_only=True))
    state = dict(torch.load(trained, map_location="cpu", weights_only=True)["ema"])
    state.pop("updates")
    return state


def run(work, minutes=40.0, batch=8, real=4, lr=1.2e-4, share=0.01, look_every=10.0, threads=2):
    join()
    device = device_and_threads(threads)
    clip, token = load_clip(work, device)
    autoencoder, critic, whitening = load_autoencoder(work, device), load_critic(work, device), Whitening.of(clip.text_model, token, work)
    white = whitening.matrix.to(device)
    unet = UNet(**CONFIG).to(device, memory_format=torch.channels_last)
    unet.load_state_dict(start_weights(work, whitening))
    ema = Ema(unet, 0.995)
    optimiser = torch.optim.AdamW(unet.parameters(), lr=lr, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    training = Run(work / "unet-reward.pt", minutes, {"unet": unet}, optimiser, ema)
    share_weights(unet)
    share_weights(ema.module)
    data, described = latents(work, 256), scenes(work)
    described = described[: len(data)]
    chances, rng = odds_of(described, work), np.random.default_rng()

    @torch.no_grad()
    def states(texts):
        return clip.text_model(torch.tensor([token(text) for text in texts], device=device)) @ white

    empty, shown = states([""]), states(PROMPTS)
    easels, odds = Easels(6 * batch, described, chances, states, device), step_odds()
    looked, means = 0.0, {"noise": 0.3, "critic": 3.0, "thing": 2.0}
    while training.next_step(lr, samples=batch + real, warmup=50):
        chosen = rng.choice(len(data), real, p=chances)
        x = torch.from_numpy(data[chosen].astype(np.float32)).to(device).contiguous(memory_format=torch.channels_last)
        optimiser.zero_grad(set_to_none=True)
        noise = denoising_loss(unet, x, [described[k] for k in chosen], states, odds)
        noise.backward()
        reward, seen = reward_loss(unet, critic, easels, empty, batch)
        (share * reward).backward()
        average_gradients(unet)
        torch.nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
        optimiser.step()
        ema.update(unet)
        for name, value in {"noise": noise.item(), "critic": reward.item(), **seen}.items():
            means[name] += (value - means[name]) / 50
        if training.step % 20 == 0:
            training.log(**means)
        training.save_every(3)
        if first() and training.fraction * minutes - looked > look_every:
            looked = training.fraction * minutes
            look(ema.module, shown, empty, autoencoder, 256, work, "unet-reward")
    training.save()
    if first():
        look(ema.module, shown, empty, autoencoder, 256, work, "unet-reward")
