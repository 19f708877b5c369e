"""Stage `autoencoder`: train the KL-f8 autoencoder on whole 128x128 pictures, then on 256x256 ones (128 in turn), then the decoder alone.

The decoder's stage leaves the latents as they are, so that it may run beside the U-Net's training, as Stable Diffusion's own decoders were
tuned after the fact. It reads what stage `latents` wrote and learns from latents a little off the mark, as the U-Net's are.

Loss: L1 of the picture, L1 of its differences at three scales (sharp edges), L1 of its colour, KL to the unit Gaussian with a small weight.
Crops would be cheaper, but group norm sees other statistics on a crop and shifts the colours of whole pictures.
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .autoencoder import SCALE_FACTOR, Autoencoder
from .draw import draw, familiar_scene, halve, pictures
from .latents import latents
from .muon import Muon
from .progress import Ema, Run, bf16, device_and_threads, sheet, to_bytes, to_signed

KL_WEIGHT = 5e-9
KL_START = 600  # steps without KL at first: while the decoder ignores the latents, KL would be the encoder's only gradient
WORN = 0.06  # noise at most on the latents that the decoder alone learns from, in units of their spread
STAGES = {
    "128": {"sides": (128,), "batch": (8,), "lr": 0.02},
    "256": {"sides": (256, 128), "batch": (4, 8), "lr": 0.01},
    "decoder": {"sides": (256,), "batch": (4,), "lr": 0.005},
}


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
    """What differs beside the brightness, pixel by pixel and in means: brightness edges alone would crowd it out of four channels.

    The squares make a pink flower that came back beige cost more than a hundred soft edges.
    """
    d = x - y
    d = d - d.mean(1, keepdim=True)
    return d.abs().mean() + F.avg_pool2d(d, 8).abs().mean() + 8 * F.avg_pool2d(d, 4).square().mean()


def frame(side, width=12, weight=8.0):
    """Weights [side, side], higher along the border: a decoder likes to park a bright spot in a corner, where it counts for little and steers group norm."""
    w = torch.full((side, side), weight)
    w[width:-width, width:-width] = 1
    return w


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


def worn(z, device):
    """Latents (float16 [B, 4, h, w]) as float32 with up to WORN of noise."""
    z = torch.from_numpy(z.astype(np.float32)).to(device)
    return z + torch.randn_like(z) * torch.rand(len(z), 1, 1, 1, device=device) * WORN


def first_weights(work, phase):
    """Where a stage starts that has no checkpoint of its own: at what the earlier stage reached, or at a given start.pt."""
    if phase == "decoder":  # with the scale of the latents folded in
        return torch.load(work / "autoencoder.pt", map_location="cpu", weights_only=True)
    earlier = work / "autoencoder-128.pt"
    if phase == "256" and earlier.exists():
        state = dict(torch.load(earlier, map_location="cpu", weights_only=True)["ema"])
        state.pop("updates")
        return state
    start = work / "autoencoder-start.pt"
    return torch.load(start, map_location="cpu", weights_only=True) if start.exists() else None


def run(work, phase="128", minutes=40.0, threads=2):
    device = device_and_threads(threads)
    torch.manual_seed(0)
    settings = STAGES[phase]
    model = Autoencoder().to(device, memory_format=torch.channels_last)
    path, start = work / f"autoencoder-{phase}.pt", None
    if not path.exists() and (start := first_weights(work, phase)):
        model.load_state_dict(start)
    ema = Ema(model, 0.998 if phase == "decoder" else 0.995)
    decoder_only = phase == "decoder"
    if decoder_only:  # the latents stay what the U-Net learns from
        model.encoder.requires_grad_(False)
        model.quant_conv.requires_grad_(False)
    optimiser = Muon((p for p in model.parameters() if p.requires_grad), settings["lr"])
    training = Run(path, minutes, {"model": model}, optimiser, ema)
    known = latents(work, 256) if decoder_only else None
    rng = np.random.default_rng()
    mean_loss = mean_edges = 0.0
    while training.next_step(settings["lr"], samples=settings["batch"][0], warmup=30):
        side, batch = settings["sides"][training.step % len(settings["sides"])], settings["batch"][training.step % len(settings["batch"])]
        data = pictures(work, side)
        rows = np.sort(rng.integers(0, len(known) if decoder_only else len(data), batch))
        x = to_signed(data[rows], device)
        with bf16(device):
            if decoder_only:
                y = model.decode(worn(known[rows], device) / SCALE_FACTOR).float()
            else:
                y, mean, logvar = (part.float() for part in model(x))
        pixel, edge = ((y - x).abs() * frame(side).to(device)).mean(), edges(y, x)
        kl = 0 if decoder_only else 0.5 * (mean.square() + logvar.exp() - 1 - logvar).sum((1, 2, 3)).mean() * (128 / side) ** 2
        loss = pixel + (y - x).square().mean() + 3 * colour(y, x) + 0.35 * edge
        if not decoder_only and (start or training.step > KL_START):
            loss = loss + KL_WEIGHT * kl
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        ema.update(model)
        mean_loss += (pixel.item() - mean_loss) / 50
        mean_edges += (edge.item() - mean_edges) / 50
        if training.step % 25 == 0:
            training.log(l1=mean_loss, edges=mean_edges, kl=kl)
        if training.save_every(4):
            report(training, ema, 256 if phase != "128" else 128, device, work)
    training.save()
    report(training, ema, 256 if phase != "128" else 128, device, work)
    if decoder_only:
        torch.save(ema.module.state_dict(), work / "autoencoder.pt")
