"""Stage `autoencoder`: train the KL-f8 autoencoder, first on whole 128x128 pictures, then on whole 256x256 ones.

Loss: L1 of the picture, L1 of its differences at three scales (sharp edges), L1 of its colour, KL to the unit Gaussian with a small weight.
Crops would be cheaper, but group norm sees other statistics on a crop and shifts the colours of whole pictures.
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .autoencoder import Autoencoder, ResnetBlock
from .draw import draw, familiar_scene, halve, pictures
from .progress import Ema, Run, device_and_threads, sheet, to_bytes, to_signed

KL_WEIGHT = 5e-9
KL_START = 600  # steps without KL at first: while the decoder ignores the latents, KL would be the encoder's only gradient
STAGES = {128: {"batch": 8, "lr": 8e-4}, 256: {"batch": 2, "lr": 5e-4}}


def edges(x, y):
    """L1 between the horizontal and vertical differences of two batches, at full, half and quarter size."""
    total = 0
    for scale in range(3):
        if scale:
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        d = x - y
        total = total + (d[..., 1:] - d[..., :-1]).abs().mean() + (d[..., 1:, :] - d[..., :-1, :]).abs().mean()
    return total


def colour(x, y):
    """L1 of what differs beside the brightness, pixel by pixel and in 8x8 means: brightness edges alone would crowd it out of four channels."""
    d = x - y
    d = d - d.mean(1, keepdim=True)
    return d.abs().mean() + F.avg_pool2d(d, 8).abs().mean()


def psnr(x, y):
    return -10 * torch.log10(((x.clamp(-1, 1) - y) / 2).square().mean((1, 2, 3))).mean()


def validation(side, count=12):
    batch = np.stack([draw(familiar_scene(k)) for k in range(count)])
    return halve(batch) if side == 128 else batch


@torch.no_grad()
def report(run, ema, side, device, work):
    """PSNR on pictures outside the training set, and a sheet to look at: above the drawings, below what came back."""
    x = to_signed(validation(side), device)
    y = torch.cat([ema.module.decode(ema.module.encode(part)[0]) for part in x.split(4)])
    run.log(psnr=psnr(y, x))
    Image.fromarray(sheet([to_bytes(x[:6]), to_bytes(y[:6]), to_bytes(x[6:12]), to_bytes(y[6:12])])).save(work / f"autoencoder-{side}.png")


def run(work, side=128, minutes=40.0, compiled=True, threads=2):
    device = device_and_threads(threads)
    torch.manual_seed(side)
    settings = STAGES[side]
    model = Autoencoder().to(device, memory_format=torch.channels_last)
    ema = Ema(model, 0.998)
    path = work / f"autoencoder-{side}.pt"
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings["lr"], betas=(0.9, 0.99), weight_decay=1e-4)
    if side == 256 and not path.exists():
        start = torch.load(work / "autoencoder-128.pt", map_location=device, weights_only=True)["ema"]
        start.pop("updates")
        model.load_state_dict(start)
        ema.module.load_state_dict(start)
    training = Run(path, minutes, {"model": model}, optimiser, ema)
    if compiled:  # block by block: torch 2.13 compiles the whole network to a wrong bf16 gradient (zero for the encoder) on CPU
        torch._dynamo.config.recompile_limit = 64
        for module in model.modules():
            if isinstance(module, ResnetBlock):
                module.compile(dynamic=False)
    data = pictures(work, side)
    rng = np.random.default_rng()
    mean_loss = mean_edges = 0.0
    while training.next_step(settings["lr"], samples=settings["batch"]):
        x = to_signed(data[np.sort(rng.integers(0, len(data), settings["batch"]))], device)
        with torch.autocast(device.type, torch.bfloat16):
            y, mean, logvar = model(x)
        y, mean, logvar = y.float(), mean.float(), logvar.float()
        pixel, edge = (y - x).abs().mean(), edges(y, x)
        kl = 0.5 * (mean.square() + logvar.exp() - 1 - logvar).sum((1, 2, 3)).mean() * (128 / side) ** 2
        loss = pixel + (y - x).square().mean() + 3 * colour(y, x) + 0.35 * edge + (KL_WEIGHT if side == 256 or training.step > KL_START else 0) * kl
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        ema.update(model)
        mean_loss += (pixel.item() - mean_loss) / 50
        mean_edges += (edge.item() - mean_edges) / 50
        if training.step % 25 == 0:
            training.log(l1=mean_loss, edges=mean_edges, kl=kl, std=mean.std())
        if training.save_every(4):
            report(training, ema, side, device, work)
    training.save()
    report(training, ema, side, device, work)
