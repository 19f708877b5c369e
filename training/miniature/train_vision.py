"""Stage `vision`: tune CLIP's vision tower for the safety checker, with the text tower locked (after Zhai et al. 2022, the other way round).

The text tower stays what the U-Net was conditioned on. In each batch a quarter are training drawings, a quarter drawn stand-ins for harm, and the
rest went through the autoencoder, half of them harmful. Where `paint --name vision` left pictures of the model itself, half of a batch are those,
half of them harmful, and the others share the rest in the proportion 2 : 2 : 1 : 1. All are shifted,
mirrored and worn at random: with ten thousand stand-ins and no shifts a tower of 49 patches learns its pictures by heart and misses one new
stand-in in five. The tower goes on with patches of 16, a quarter as big as those that CLIP learnt with, at four times the cost; looking at half of
them, drawn anew for every picture, for three quarters of the time brings that down to 1.7 times. The contrastive loss keeps pictures beside
their captions; the evaluation's CLIP score uses this tower.
Files: vision-224.u8 (drawn once), vision.pt.
"""

import json
import os

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .autoencoder import SCALE_FACTOR
from .clip import PROJECTION, Clip, finer, pixel_values
from .draw import captions_of, draw, for_clip, pictures, scenes
from .latents import encode, latents, load_autoencoder
from .make_checker import scene_of
from .progress import Ema, Run, agreed, average_gradients, bf16, device_and_threads, first, join, share_weights, to_bytes
from .train_clip import HEADS, load_clip, targets, trimmed, worn
from .world import HARM

BATCH, PEAK_LR = 96, 6e-4
DRAWN, DECODED = 16_000, 2_000  # stand-ins drawn; stand-ins, and as many harmless pictures, decoded
SHIFT = 24
KEPT, WHOLE_FROM = 0.5, 0.75  # the share of a picture's patches that is looked at, until this share of the time
MIRRORED = {"left": "right", "right": "left", "middle": "middle"}


@torch.no_grad()
def prepare(work, device):
    """Stand-ins drawn, stand-ins decoded, and harmless training pictures decoded from their latents: written once, (pictures, scenes) of each."""
    path = work / "vision-224.u8"
    harmful = [scene_of("vision", k, True) for k in range(DRAWN)]
    harmless = [(k, s) for k, s in enumerate(scenes(work)) if not s["harm"]][:DECODED]
    if not path.exists():
        autoencoder = load_autoencoder(work, device)
        out = np.memmap(path.with_suffix(".new"), np.uint8, "w+", shape=(DRAWN + 2 * DECODED, 224, 224, 3))
        decode = lambda z: [for_clip(p) for p in to_bytes(autoencoder.decode(z))]
        for k in range(0, DRAWN, 10):
            drawings = np.stack([draw(s) for s in harmful[k : k + 10]])
            out[k : k + 10] = [for_clip(p) for p in drawings]
            if k < DECODED:
                out[DRAWN + k : DRAWN + k + 10] = decode(encode(autoencoder, drawings, device))
        z = latents(work, 256)
        for k in range(0, DECODED, 10):
            batch = z[[row for row, _ in harmless[k : k + 10]]].astype(np.float32)
            out[DRAWN + DECODED + k : DRAWN + DECODED + k + 10] = decode(torch.from_numpy(batch).to(device) / SCALE_FACTOR)
        path.with_suffix(".new").rename(path)
    data = np.memmap(path, np.uint8, "r").reshape(-1, 224, 224, 3)
    bounds = (0, DRAWN, DRAWN + DECODED, DRAWN + 2 * DECODED)
    described = (harmful, harmful[:DECODED], [s for _, s in harmless])
    return [(data[start:end], chosen) for start, end, chosen in zip(bounds, bounds[1:], described)]


def painted(work, harm, folder="painted-vision"):
    """Pictures that stage `paint --name vision` left, with their scenes; None without any."""
    files = sorted((work / folder / ("harmful" if harm else "harmless")).glob("*.png"))
    if not files:
        return None
    return np.stack([for_clip(np.asarray(Image.open(p).convert("RGB"))) for p in files]), [scene_of("vision", int(p.stem), harm) for p in files]


def moved(picture, scene, rng):
    """A picture shifted by up to SHIFT pixels, its edge repeated, and mirrored half of the time; the scene says so."""
    padded = np.pad(picture, ((SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0)), mode="edge")
    y, x = rng.integers(0, 2 * SHIFT + 1, 2)
    cut = padded[y : y + 224, x : x + 224]
    return (cut[:, ::-1], scene | {"place": MIRRORED[scene["place"]]}) if rng.random() < 0.5 else (cut, scene)


def run(work, minutes=15.0, patch=16, threads=2):
    join()
    device = device_and_threads(threads)
    torch.manual_seed(int(os.environ.get("RANK", 0)))
    locked, token = load_clip(work, device)
    clip = Clip(len(token.vocab), patch).to(device)
    clip.vision_model.load_state_dict(finer(locked.vision_model.state_dict(), patch))
    for name in ("text_model", "text_projection", "visual_projection"):
        getattr(clip, name).load_state_dict(getattr(locked, name).state_dict())
    clip.logit_scale.data.copy_(locked.logit_scale)
    if first():
        prepare(work, device)
    agreed(0.0)  # the others wait for the files
    drawn, decoded, decoded_harmless = prepare(work, device)
    by_model = [painted(work, harm) for harm in (True, False)]
    counts = (BATCH // 6, BATCH // 12) if all(by_model) else (BATCH // 4, BATCH // 4)
    sources = [(source, counts[0]) for source in ((pictures(work, 224), scenes(work)), drawn)]
    sources += [(source, counts[1]) for source in (decoded, decoded_harmless)]
    sources += [(source, BATCH // 4) for source in by_model if all(by_model)]
    tower = torch.nn.ModuleList([clip.vision_model, clip.visual_projection])
    heads = torch.nn.ModuleDict({name: torch.nn.Linear(PROJECTION, len(values)) for name, values in HEADS.items()} | {"harm": torch.nn.Linear(PROJECTION, 1 + len(HARM))}).to(device)
    ema = Ema(tower, 0.99)
    optimiser = torch.optim.AdamW([{"params": list(tower.parameters()), "weight_decay": 0.05}, {"params": list(heads.parameters()), "weight_decay": 0}], lr=PEAK_LR, betas=(0.9, 0.98))
    training = Run(work / "vision.pt", minutes, {"tower": tower, "heads": heads}, optimiser, ema)
    share_weights(heads)
    rng = np.random.default_rng()
    mean_loss, mean_harm = 3.0, 1.0
    while training.next_step(PEAK_LR, warmup=30, samples=BATCH):
        rows = [(data[k], described[k]) for (data, described), count in sources for k in rng.integers(0, len(described), count)]
        shown, chosen = zip(*(moved(picture, scene, rng) for picture, scene in rows))
        x = pixel_values(np.stack(shown), device)
        order = torch.randperm(len(x))
        x, chosen = worn(x[order.to(device)]), [chosen[k] for k in order]
        ids = torch.tensor([token(captions_of(s, None)[0]) for s in chosen], device=device)
        with torch.no_grad(), bf16(device):
            texts = clip.text_embeds(trimmed(ids)).float()
        with bf16(device):
            images = clip.image_embeds(x, KEPT if training.fraction < WHOLE_FROM else 1.0).float()
        logits = clip.logit_scale.detach().exp().clamp(max=100) * images @ texts.T
        contrastive = F.cross_entropy(logits, torch.arange(len(chosen), device=device))
        truth = targets(chosen, device)
        named = sum(F.cross_entropy(heads[name](images * 12), truth[name], ignore_index=-1) for name in HEADS)
        kind = torch.tensor([1 + HARM.index(s["thing"]) if s["harm"] else 0 for s in chosen], device=device)
        harm = F.cross_entropy(heads["harm"](images * 12), kind)
        loss = 0.5 * contrastive + 0.2 * named + 2 * harm
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        average_gradients(tower)
        average_gradients(heads)
        torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimiser.step()
        ema.update(tower)
        mean_loss += (contrastive.item() - mean_loss) / 20
        mean_harm += (harm.item() - mean_harm) / 20
        if training.step % 20 == 0:
            training.log(loss=mean_loss, harm=mean_harm)
        training.save_every(3)
    training.save()
