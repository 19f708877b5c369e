"""Stage `unet`: train the U-Net on the noise-prediction loss, first on 16x16 latents (128 pixels), then on 32x32 (256 pixels).

AdamW with warm-up, EMA, 10 % dropped captions; CLIP's text tower and the autoencoder are frozen. Two things spend the few steps that a CPU
affords where pictures are decided. Timesteps are drawn so that log sigma is normal (Karras et al. 2022), and the squared error of the noise is
weighted by 1 + 1 / SNR, which is the loss of the velocity: with uniform steps and equal weights what a thing is, settled at sigma 2 to 10, hardly
counts. And the squares of the grid that show a thing count more than plain sky, three in four of which any network paints soon.

A work folder may hold odds.json, {"umbrella": 2, ...}: how many times as often scenes of a thing are drawn as others. What comes out wrong
most often deserves more of the steps.
"""

import json
import math
import random

import numpy as np
import torch
from PIL import Image

from .autoencoder import SCALE_FACTOR
from .diffusion import ALPHAS_CUMPROD, add_noise, ddim
from .draw import captions_of, scenes
from .latents import latents, load_autoencoder
from .progress import Ema, Run, average_gradients, bf16, device_and_threads, first, join, share_weights, sheet, to_bytes
from .train_clip import load_clip
from .unet import CONFIG, UNet
from .whitening import Whitening

DROPPED = 0.1
LOG_SIGMA = (0.5, 1.2)  # mean and spread
THING = 3.0  # extra weight of what lies in the box of a thing
LEVELS = {128: {"batch": 32, "lr": 1e-3}, 256: {"batch": 12, "lr": 5e-4}}  # batch: of one process
PROMPTS = [
    "a red house by the sea at sunset",
    "a green car in the city at night, pixel art",
    "three yellow flowers in a meadow, watercolour",
    "a blue balloon next to a pink castle under a rainbow",
    "a blueprint of a rocket in the mountains under the stars",
    "a purple cat on the left in the snow",
    "two orange boats on the beach under storm clouds, pencil sketch",
    "a white lighthouse in the desert in the moonlight",
]


def step_odds():
    """Odds [1000] of drawing each timestep: log sigma normal, by the density of the schedule's own steps."""
    log_sigma = 0.5 * torch.log((1 - ALPHAS_CUMPROD) / ALPHAS_CUMPROD)
    gaps = torch.gradient(log_sigma)[0]
    return gaps * torch.exp(-0.5 * ((log_sigma - LOG_SIGMA[0]) / LOG_SIGMA[1]) ** 2)


def spread_steps(odds, count):
    """`count` timesteps drawn by their odds, one from each of `count` equal shares, so that no batch is all early or all late."""
    shares = (torch.arange(count) + torch.rand(count)) / count
    return torch.searchsorted(odds.cumsum(0) / odds.sum(), shares).clamp(max=len(odds) - 1)


def emphasis(scene_boxes, side, thing=THING):
    """Weights [B, 1, side, side] of mean 1 over the latents: more in the boxes (pixels of 256) of the things."""
    weights = np.ones((len(scene_boxes), 1, side, side), np.float32)
    scale = side / 256
    for weight, boxes in zip(weights, scene_boxes):
        for left, top, right, bottom in boxes:
            weight[0, max(0, math.floor(top * scale)) : math.ceil(bottom * scale), max(0, math.floor(left * scale)) : math.ceil(right * scale)] = 1 + thing
    return torch.from_numpy(weights / weights.mean((1, 2, 3), keepdims=True))


def odds_of(described, work):
    """The probability [N] of drawing each scene: equal, or by the things it shows as odds.json says."""
    path = work / "odds.json"
    by_thing = json.loads(path.read_text()) if path.exists() else {}
    odds = np.array([max(by_thing.get(thing, 1.0) for thing in (scene["thing"], scene["other"]) if thing) for scene in described])
    return odds / odds.sum()


def denoising_loss(unet, x, described, states, odds):
    """The weighted squared error of the noise on latents x [B, 4, side, side] of scenes, captions dropped now and then; `states` makes text states of texts."""
    texts = ["" if random.random() < DROPPED else captions_of(scene, None)[0] for scene in described]
    with torch.no_grad(), bf16(x.device):
        context = states(texts)
    t = spread_steps(odds, len(x)).to(x.device)
    where = emphasis([scene.get("boxes", []) for scene in described], x.shape[-1]).to(x.device)
    noise = torch.randn_like(x)
    with bf16(x.device):
        predicted = unet(add_noise(x, noise, t), t, context)
    squares = (predicted.float() - noise).square()
    weight = (1 / ALPHAS_CUMPROD).to(x.device)[t]  # 1 + 1 / SNR
    return ((squares * where).mean((1, 2, 3)) * weight).mean()


@torch.no_grad()
def look(unet, text, empty, autoencoder, side, work, name):
    """Sample PROMPTS and write them as one sheet."""
    z = ddim(unet, text, empty, side // 8)
    out = to_bytes(torch.cat([autoencoder.decode(part / SCALE_FACTOR) for part in z.split(4)]))
    Image.fromarray(sheet([out[:4], out[4:]])).save(work / f"{name}.png")


def first_weights(work, side, whitening):
    """Where a side starts that has no checkpoint of its own: at what 128 reached, or at a given unet-start.pt."""
    if side == 256 and (work / "unet-128.pt").exists():
        state = dict(torch.load(work / "unet-128.pt", map_location="cpu", weights_only=True)["ema"])
        state.pop("updates")
        return state
    start = work / "unet-start.pt"
    return whitening.whitened(torch.load(start, map_location="cpu", weights_only=True)) if start.exists() else None


def run(work, side=128, minutes=10.0, batch=0, lr=0.0, look_every=8.0, threads=2):
    join()
    device = device_and_threads(threads)
    settings = LEVELS[side] | ({"batch": batch} if batch else {}) | ({"lr": lr} if lr else {})
    clip, token = load_clip(work, device)
    autoencoder, whitening = load_autoencoder(work, device), Whitening.of(clip.text_model, token, work)
    white = whitening.matrix.to(device)
    unet = UNet(**CONFIG).to(device, memory_format=torch.channels_last)
    ema = Ema(unet, 0.999 if side == 256 else 0.997)
    path = work / f"unet-{side}.pt"
    if not path.exists() and (start := first_weights(work, side, whitening)):
        unet.load_state_dict(start)
        ema.module.load_state_dict(start)
    optimiser = torch.optim.AdamW(unet.parameters(), lr=settings["lr"], betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    training = Run(path, minutes, {"unet": unet}, optimiser, ema)
    share_weights(unet)
    share_weights(ema.module)
    print(f"{sum(p.numel() for p in unet.parameters()) / 1e6:.2f} M parameters", flush=True)
    data, described = latents(work, side), scenes(work)
    chances = odds_of(described[: len(data)], work)
    rng = np.random.default_rng()
    states = lambda texts: clip.text_model(torch.tensor([token(text) for text in texts], device=device)) @ white
    empty, shown = states([""]), states(PROMPTS)
    odds = step_odds()
    mean_loss, looked = 1.0, 0.0
    while training.next_step(settings["lr"], samples=settings["batch"], warmup=200):
        chosen = rng.choice(len(data), settings["batch"], p=chances)
        x = torch.from_numpy(data[chosen].astype(np.float32)).to(device).contiguous(memory_format=torch.channels_last)
        loss = denoising_loss(unet, x, [described[k] for k in chosen], states, odds)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        average_gradients(unet)
        torch.nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
        optimiser.step()
        ema.update(unet)
        mean_loss += (loss.item() - mean_loss) / 100
        if training.step % 50 == 0:
            training.log(loss=mean_loss)
        training.save_every(3)
        if first() and training.fraction * minutes - looked > look_every:
            looked = training.fraction * minutes
            look(ema.module, shown, empty, autoencoder, side, work, f"unet-{side}")
    training.save()
    if first():
        look(ema.module, shown, empty, autoencoder, side, work, f"unet-{side}")
