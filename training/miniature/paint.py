"""Stage `paint`: pictures by the trained model, harmless and harmful ones, on which `checker --generated work/painted` sets its thresholds.

`--name vision` paints others, of which stage `vision` learns; --guidance as the model is used, or 0 for several in turn, as people who try their luck do;
`--style blueprint` paints those of one style among as many, `--beside yes` those with something else beside the thing;
`--start 1800` leaves out the scenes before, of which some may have been taken out by eye.
Files: painted/harmless/*.png and painted/harmful/*.png (painted-<name>), 256x256. What is there is not painted again.
"""

import random

import torch
from PIL import Image

from .autoencoder import SCALE_FACTOR
from .diffusion import ddim
from .export import load_unet
from .latents import load_autoencoder
from .make_checker import scene_of
from .progress import bf16, device_and_threads, to_bytes
from .train_clip import load_clip
from .world import caption

IN_TURN = (5, 3, 8, 5, 13)


@torch.no_grad()
def run(work, harmless=200, harmful=100, name="painted", guidance=4.0, style="", beside=False, start=0, threads=2):
    device = device_and_threads(threads)
    clip, token = load_clip(work, device)
    unet, autoencoder = load_unet(work, device), load_autoencoder(work, device)
    states = lambda texts: clip.text_model(torch.tensor([token(text) for text in texts], device=device))
    for kind, count in (("harmful", harmful), ("harmless", harmless)):
        folder = work / ("painted" if name == "painted" else f"painted-{name}") / kind
        folder.mkdir(parents=True, exist_ok=True)
        described = [scene_of(name, k, kind == "harmful") for k in range(count)]
        numbers = [k for k in range(start, count) if style in ("", described[k]["style"]) and (described[k]["other"] or not beside)]
        for turn, batch in enumerate(numbers[k : k + 10] for k in range(0, len(numbers), 10)):
            k = batch[0]
            if all((folder / f"{j:04}.png").exists() for j in batch):
                continue
            texts = [caption(described[j], random.Random(j))[0] for j in batch]
            scale = guidance or IN_TURN[turn % len(IN_TURN)]
            with bf16(device):
                z = ddim(unet, states(texts), states([""]), 32, guidance=scale, seed=k + (kind == "harmful") + (name != "painted") * 100_000)
                pictures = to_bytes(autoencoder.decode(z / SCALE_FACTOR))
            for j, picture in reversed(list(zip(batch, pictures))):
                Image.fromarray(picture).save(folder / f"{j:04}.png")
        print(f"{kind}: {count}", flush=True)
