"""Stage `critic`: a small network that reads things, colour, sky, ground, style and number from noisy latents of the training pictures.

Stage `reward` asks it whether what the U-Net is painting can be recognised as what the caption says. It learns from drawings alone, and only from
those that the U-Net learns from: the combinations held out for the evaluation stay unseen. It is not the evaluation's judge (`classifier`), which
looks at finished pictures and which no network learns from. Noise is its only augmentation: sigma of 0.1 to 10, told to it as the timestep.
File: critic.pt.
"""

import json

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from .diffusion import ALPHAS_CUMPROD, add_noise
from .draw import scenes
from .latents import latents
from .progress import Ema, Run, average_gradients, bf16, device_and_threads, first, join, share_weights
from .train_unet import spread_steps
from .unet import Downsample, First, ResBlock, timestep_embedding
from .world import COLOURS, GROUNDS, HARM, SKIES, STYLES, THINGS

CLASSES = {"thing": THINGS + HARM, "colour": COLOURS, "sky": SKIES, "ground": GROUNDS, "style": STYLES, "number": [1, 2, 3]}
WIDTHS, EMBEDDING = (64, 96, 160), 192
BATCH, PEAK_LR = 32, 1.5e-3
LOG_SIGMA = (0.0, 1.2)  # mean and spread
HELD_BACK = 400  # scenes at the end of the training set that tell how good it is


class Critic(nn.Module):
    """Noisy latents [B, 4, h, w], timesteps [B] -> logits by attribute; those of "thing" say each for itself whether that thing is there.

    "square" says for each square of 4x4 latents what stands in it, [B, 1 + things, h / 4, w / 4], nothing first: without the boxes of the drawings as
    its teacher the network reads three things in four after eight minutes.
    """

    def __init__(self):
        super().__init__()
        self.time_embed = nn.Sequential(nn.Linear(64, EMBEDDING), nn.SiLU(), nn.Linear(EMBEDDING, EMBEDDING))
        blocks = [First(4, WIDTHS[0], 3, padding=1), ResBlock(WIDTHS[0], EMBEDDING, WIDTHS[0])]
        for before, width in zip(WIDTHS, WIDTHS[1:]):
            blocks += [Downsample(before), ResBlock(before, EMBEDDING, width), ResBlock(width, EMBEDDING, width)]
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.GroupNorm(32, WIDTHS[-1])
        self.square = nn.Conv2d(WIDTHS[-1], 1 + len(CLASSES["thing"]), 1)
        features = 2 * WIDTHS[-1] + self.square.out_channels
        self.head = nn.ModuleDict({name: nn.Linear(features, len(values)) for name, values in CLASSES.items()})

    def forward(self, x, t):
        emb = self.time_embed(timestep_embedding(t, 64))
        for block in self.blocks:
            x = block(x, emb, None)
        x = F.silu(self.norm(x))
        squares = self.square(x)
        pooled = torch.cat([x.mean((2, 3)), x.amax((2, 3)), squares.log_softmax(1).amax((2, 3))], 1)
        return {name: head(pooled) for name, head in self.head.items()} | {"square": squares}


def truths(described):
    """What scenes show: "thing" [B, things] of 0 and 1, the others class indices [B], -1 where the picture does not tell."""
    there = torch.zeros(len(described), len(CLASSES["thing"]))
    others = {name: torch.full((len(described),), -1) for name in CLASSES if name != "thing"}
    for row, scene in enumerate(described):
        for thing in (scene["thing"], scene["other"]):
            if thing:
                there[row, CLASSES["thing"].index(thing)] = 1
        for name, indices in others.items():
            unclear = (name in ("colour", "number") and scene["other"]) or (name == "colour" and (scene["style"] == "blueprint" or not scene["colour"]))
            if not unclear:
                indices[row] = CLASSES[name].index(scene[name])
    return {"thing": there} | others


def squares_of(described, side=8):
    """What stands in each square of the grid, [B, side, side]: 0 nothing, 1 + its class where a square's middle lies in a thing's box."""
    out, middle = np.zeros((len(described), side, side), np.int64), (np.arange(side) + 0.5) * 256 / side
    for grid, scene in zip(out, described):
        kinds = [scene["thing"], scene["other"]] if scene["other"] else [scene["thing"]] * len(scene["boxes"])
        for kind, (left, top, right, bottom) in zip(kinds, scene["boxes"]):
            rows, columns = (middle >= top) & (middle < bottom), (middle >= left) & (middle < right)
            grid[np.ix_(rows, columns)] = 1 + CLASSES["thing"].index(kind)
    return torch.from_numpy(out)


def losses(logits, truth):
    """Cross-entropy by attribute, [B] each; zero where the truth is -1."""
    out = {"thing": F.binary_cross_entropy_with_logits(logits["thing"].float(), truth["thing"], reduction="none").sum(1)}
    return out | {name: F.cross_entropy(logits[name].float(), truth[name], ignore_index=-1, reduction="none") for name in truth if name != "thing"}


def noise_odds(mean=LOG_SIGMA[0], spread=LOG_SIGMA[1]):
    log_sigma = 0.5 * torch.log((1 - ALPHAS_CUMPROD) / ALPHAS_CUMPROD)
    return torch.gradient(log_sigma)[0] * torch.exp(-0.5 * ((log_sigma - mean) / spread) ** 2)


@torch.no_grad()
def accuracy(critic, data, described, device):
    """Share of right answers by sigma on scenes held back; of "thing", the thing of scenes with one kind."""
    out = {}
    for sigma in (0.2, 1.0, 3.0, 6.0):
        t = int((ALPHAS_CUMPROD > 1 / (1 + sigma**2)).sum())
        x = torch.from_numpy(data.astype(np.float32)).to(device)
        noisy = add_noise(x, torch.randn(x.shape, generator=torch.Generator().manual_seed(0)).to(device), torch.full((len(x),), t))
        parts = [critic(noisy[k : k + 50], torch.full((len(noisy[k : k + 50]),), t, device=device)) for k in range(0, len(x), 50)]
        logits, truth = {name: torch.cat([part[name] for part in parts]).cpu() for name in CLASSES}, truths(described)
        single = torch.tensor([scene["other"] is None for scene in described])
        answers = {"thing": (logits["thing"].argmax(1) == truth["thing"].argmax(1))[single]}
        answers |= {name: (logits[name].argmax(1) == truth[name])[truth[name] >= 0] for name in CLASSES if name != "thing"}
        out[sigma] = {name: round(float(right.float().mean()), 3) for name, right in answers.items()}
    return out


def load_critic(work, device="cpu"):
    critic = Critic().to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    state = dict(torch.load(work / "critic.pt", map_location=device, weights_only=True)["ema"])
    state.pop("updates")
    critic.load_state_dict(state)
    return critic


def run(work, minutes=10.0, threads=2):
    join()
    device = device_and_threads(threads)
    critic = Critic().to(device, memory_format=torch.channels_last)
    ema = Ema(critic, 0.995)
    optimiser = torch.optim.AdamW(critic.parameters(), lr=PEAK_LR, weight_decay=0.05, fused=True)
    training = Run(work / "critic.pt", minutes, {"critic": critic}, optimiser, ema)
    share_weights(critic)
    share_weights(ema.module)
    data, described = latents(work, 256), scenes(work)
    count = len(data) - HELD_BACK
    class_weights = torch.tensor([0.3] + [1.0] * len(CLASSES["thing"]), device=device)
    odds, rng, mean_loss = noise_odds(), np.random.default_rng(), 5.0
    while training.next_step(PEAK_LR, warmup=50, samples=BATCH):
        chosen = rng.integers(0, count, BATCH)
        x = torch.from_numpy(data[chosen].astype(np.float32)).to(device).contiguous(memory_format=torch.channels_last)
        t = spread_steps(odds, BATCH)[torch.randperm(BATCH)].to(device)
        with bf16(device):
            logits = critic(add_noise(x, torch.randn_like(x), t), t)
        truth = {name: value.to(device) for name, value in truths([described[k] for k in chosen]).items()}
        grid = squares_of([described[k] for k in chosen]).to(device)
        loss = sum(losses(logits, truth).values()).mean() + 3 * F.cross_entropy(logits["square"].float(), grid, class_weights)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        average_gradients(critic)
        torch.nn.utils.clip_grad_norm_(critic.parameters(), 1.0)
        optimiser.step()
        ema.update(critic)
        mean_loss += (loss.item() - mean_loss) / 50
        if training.step % 50 == 0:
            training.log(loss=mean_loss)
        training.save_every(2)
    training.save()
    if first():
        print(json.dumps(accuracy(ema.module, data[count:], described[count : len(data)], device)), flush=True)
