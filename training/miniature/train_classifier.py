"""Stage `classifier`: a small convolutional network that reads thing, colour, sky, ground, style and number from a picture.

It judges the generator in the evaluation, so it learns from drawings alone (those with one kind of thing), never from anything that the model
made. Half of them show combinations that the generator's training holds out: a judge that never saw a purple house calls it a castle. So that a soft
edge or a lost detail does not count as another thing, the drawings are worn: blurred, warped, moved, scaled, patched, tinted.
`--shipped evaluation` goes on from the exported network of that folder, where the world has changed a little.
Files: judge-128.u8 (picture k is a function of k alone). Input: 128x128 (2x2 means of 256x256), RGB in 0..1. Layers: five times [3x3
convolution, bias, ReLU, 2x2 max pooling], 3x3 convolution, bias, ReLU, then the mean and the maximum over positions side by side, then one linear
layer per attribute. Batch norm is folded into the convolutions on export.
Tensors: conv.<k>.weight [out, in, 3, 3], conv.<k>.bias, head.<attribute>.weight [classes, 2 * width], head.<attribute>.bias.
"""

import json
import random
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from .draw import draw, halve
from .latents import load_autoencoder
from .make_checker import scene_of, through
from .progress import Run, bf16, device_and_threads
from .world import COLOURS, GROUNDS, HARM, SKIES, STYLES, THINGS, draw_scene

WIDTHS = (24, 48, 80, 128, 160, 192)
CLASSES = {"thing": THINGS + HARM, "colour": COLOURS, "sky": SKIES, "ground": GROUNDS, "style": STYLES, "number": [1, 2, 3]}
BATCH, PEAK_LR = 48, 2e-3
GOING_ON_LR = 5e-4


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        widths = (3, *WIDTHS)
        self.conv = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1, bias=False) for a, b in zip(widths, widths[1:]))
        self.bn = nn.ModuleList(nn.BatchNorm2d(w) for w in WIDTHS)
        self.head = nn.ModuleDict({name: nn.Linear(2 * WIDTHS[-1], len(values)) for name, values in CLASSES.items()})

    def forward(self, x):
        """RGB in 0..1 [B, 3, 128, 128] -> logits by attribute."""
        for k, (conv, bn) in enumerate(zip(self.conv, self.bn)):
            x = F.relu(bn(conv(x)))
            if k < len(self.conv) - 1:
                x = F.max_pool2d(x, 2)
        pooled = torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)
        return {name: head(pooled) for name, head in self.head.items()}


def folded(model):
    """Convolutions with their batch norms folded in, as exported."""
    tensors = {}
    for k, (conv, bn) in enumerate(zip(model.conv, model.bn)):
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        tensors[f"conv.{k}.weight"] = conv.weight * scale.view(-1, 1, 1, 1)
        tensors[f"conv.{k}.bias"] = bn.bias - bn.running_mean * scale
    for name, head in model.head.items():
        tensors |= {f"head.{name}.weight": head.weight, f"head.{name}.bias": head.bias}
    return {name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}


def unfold(model, tensors):
    """Load exported tensors: what was folded stays in the convolutions, and batch norm scales by one with frozen statistics. Call it after `model.train()`."""
    with torch.no_grad():
        for k, (conv, bn) in enumerate(zip(model.conv, model.bn)):
            conv.weight.copy_(tensors[f"conv.{k}.weight"])
            bn.bias.copy_(tensors[f"conv.{k}.bias"])
            bn.weight.fill_(1)
            bn.running_mean.zero_()
            bn.running_var.fill_(1 - bn.eps)
    for name, head in model.head.items():
        head.load_state_dict({part: tensors[f"head.{name}.{part}"] for part in ("weight", "bias")})
    model.bn.eval()


def labels(chosen):
    """Class indices by attribute; -1 where the picture does not show the attribute."""
    def index(s, name):
        if name == "colour" and (s["harm"] or s["style"] == "blueprint"):
            return -1
        return CLASSES[name].index(s[name])

    return {name: torch.tensor([index(s, name) for s in chosen]) for name in CLASSES}


def to_input(batch, device):
    return (torch.from_numpy(batch).to(device).permute(0, 3, 1, 2).float() / 255).contiguous(memory_format=torch.channels_last)


def judged_scene(purpose, k):
    """The k-th scene with one kind of thing for a purpose; every other one shows a held-out combination, and one in ten a stand-in for harm."""
    if k % 10 == 0:
        return scene_of(f"judge {purpose}", k // 10, True) | {"other": None, "otherColour": None}
    rng = random.Random(f"judge {purpose} {k}")
    while (scene := draw_scene(rng, held_out=k % 2 == 1))["other"]:
        pass
    return scene


def _drawn(k):
    return halve(draw(judged_scene("train", k)))


def drawings(work, count):
    """Pictures uint8 [count, 128, 128, 3], drawn once, and their scenes."""
    path = work / "judge-128.u8"
    if not path.exists():
        with ProcessPoolExecutor(2) as pool:
            fresh = np.memmap(path.with_suffix(".new"), np.uint8, "w+", shape=(count, 128, 128, 3))
            for k, picture in enumerate(pool.map(_drawn, range(count), chunksize=100)):
                fresh[k] = picture
        path.with_suffix(".new").rename(path)
    data = np.memmap(path, np.uint8, "r").reshape(-1, 128, 128, 3)
    return data, [judged_scene("train", k) for k in range(len(data))]


@torch.no_grad()
def accuracy(model, device, count=1000, autoencoder=None):
    """Share of right answers on drawings outside the training set, half of them of held-out combinations, or on what an autoencoder makes of them: no generated picture can be read better."""
    chosen = [judged_scene("test", k) for k in range(count)]
    truth = labels(chosen)
    right = {name: [] for name in CLASSES}
    for k in range(0, len(chosen), 50):
        drawings = np.stack([draw(s) for s in chosen[k : k + 50]])
        x = to_input(halve(through(autoencoder, drawings, device) if autoencoder else drawings), device)
        for name, logits in model(x).items():
            wanted = truth[name][k : k + 50]
            right[name] += (logits.argmax(1).cpu() == wanted)[wanted >= 0].tolist()
    return {name: round(float(np.mean(values)), 4) for name, values in right.items()}


def blurred(x, sigma):
    """Gaussian blur by `sigma` pixels."""
    radius = max(1, round(2.5 * sigma))
    taps = torch.exp(-0.5 * (torch.arange(-radius, radius + 1, device=x.device) / sigma) ** 2)
    taps = (taps / taps.sum()).to(x.dtype).expand(x.shape[1], 1, -1)
    x = F.pad(x, (radius,) * 4, mode="replicate")
    x = F.conv2d(x, taps[:, :, None, :], groups=x.shape[1])
    return F.conv2d(x, taps[:, :, :, None], groups=x.shape[1])


def worn_drawings(x, rng):
    """RGB in 0..1 [B, 3, H, W] as a painter with a soft brush and an unsure hand would have made them, four in five of them."""
    count, side = len(x), x.shape[-1]
    rand = lambda *shape: torch.rand(*shape, device=x.device)
    # move and scale by up to a tenth, mirror half, and let the lines wobble by some pixels
    scale = 1 + 0.24 * (rand(count, 1) - 0.5)
    mirror = torch.where(rand(count, 1) < 0.5, -1.0, 1.0)
    theta = torch.zeros(count, 2, 3, device=x.device)
    theta[:, 0, :1], theta[:, 1, 1:2], theta[:, :, 2] = scale * mirror, scale, 0.2 * (rand(count, 2) - 0.5)
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    cells = int(rng.choice([8, 16, 24]))
    wobble = F.interpolate(torch.randn(count, 2, cells, cells, device=x.device), size=side, mode="bicubic").permute(0, 2, 3, 1)
    y = F.grid_sample(x, grid + wobble * rand(count, 1, 1, 1) * 0.36 / cells, mode="bilinear", padding_mode="reflection", align_corners=False)
    # details lost: patches that show only the blurred picture; then everything blurred by as much as falls to it
    soft = blurred(y, float(rng.uniform(1.5, 3.0)))
    lost = F.interpolate((rand(count, 1, 16, 16) < 0.25 * rand(count, 1, 1, 1)).to(y.dtype), size=side, mode="bilinear").clamp(0, 1)
    y = torch.lerp(y, soft, lost)
    y = torch.lerp(y, blurred(y, float(rng.uniform(0.6, 2.2))), rand(count, 1, 1, 1))
    y = (y - 0.5) * (1 + 0.3 * (rand(count, 1, 1, 1) - 0.5)) + 0.5 + 0.1 * (rand(count, 3, 1, 1) - 0.5)
    y = y + torch.randn_like(y) * 0.03 * rand(count, 1, 1, 1)
    return torch.where(rand(count, 1, 1, 1) < 0.8, y, x).clamp(0, 1).contiguous(memory_format=torch.channels_last)


def run(work, minutes=20.0, count=16000, out="evaluation", shipped="", threads=2):
    device = device_and_threads(threads)
    torch.manual_seed(0)
    model = Classifier().to(device, memory_format=torch.channels_last)
    peak_lr = GOING_ON_LR if shipped else PEAK_LR
    if shipped:
        unfold(model, load_file(Path(shipped) / "attribute-classifier.safetensors"))
    optimiser = torch.optim.AdamW(model.parameters(), lr=peak_lr, weight_decay=0.02)
    (data, described), rng = drawings(work, count), np.random.default_rng()
    training = Run(work / "classifier.pt", minutes, {"model": model}, optimiser)
    mean_loss = 8.0
    while training.next_step(peak_lr, samples=BATCH):
        chosen = np.sort(rng.integers(0, len(data), BATCH))
        x = worn_drawings(to_input(data[chosen], device), rng)
        truth = labels([described[k] for k in chosen])
        with bf16(device):
            answers = model(x)
        loss = sum(F.cross_entropy(logits.float(), truth[name].to(device), ignore_index=-1) for name, logits in answers.items())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        mean_loss += (loss.item() - mean_loss) / 30
        if training.step % 50 == 0:
            training.log(loss=mean_loss)
        training.save_every(2)
    training.save()
    model.eval()
    reached = accuracy(model, device)
    print(json.dumps(reached), flush=True)
    behind = accuracy(model, device, 400, load_autoencoder(work, device)) if (work / "autoencoder.pt").exists() else {}
    print(json.dumps(behind), flush=True)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({n: t.half() for n, t in folded(model).items()}, folder / "attribute-classifier.safetensors")
    description = {
        "about": "Reads attributes from a picture; trained on drawings only. See training/miniature/train_classifier.py.",
        "input": "RGB in 0..1, NCHW [1, 3, 128, 128]: 2x2 means of the 256x256 picture",
        "layers": "conv.0 to conv.4: 3x3, padding 1, bias, ReLU, 2x2 max pooling; conv.5: 3x3, padding 1, bias, ReLU; concatenate mean and maximum over positions; head.<attribute>: linear",
        "classes": CLASSES,
        "accuracyOnDrawings": reached,
        "accuracyThroughAutoencoder": behind,
    }
    (folder / "attribute-classifier.json").write_text(json.dumps(description, indent=2) + "\n")
