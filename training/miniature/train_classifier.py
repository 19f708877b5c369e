"""Stage `classifier`: a small convolutional network that reads thing, colour, sky, ground, style and number from a picture.

It judges the generator in the evaluation, so it learns from drawings alone (those with one kind of thing). Input: 128x128 (2x2 means of
256x256), RGB in 0..1. Layers: five times [3x3 convolution, bias, ReLU, 2x2 max pooling], 3x3 convolution, bias, ReLU, then the mean and the maximum over
positions side by side, then one linear layer per attribute. Batch norm is folded into the convolutions on export.
Tensors: conv.<k>.weight [out, in, 3, 3], conv.<k>.bias, head.<attribute>.weight [classes, 2 * width], head.<attribute>.bias.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

from .draw import draw, familiar_scene, halve, pictures, scenes
from .progress import Run, device_and_threads
from .world import COLOURS, GROUNDS, HARM, SKIES, STYLES, THINGS

WIDTHS = (24, 48, 80, 128, 160, 192)
CLASSES = {"thing": THINGS + HARM, "colour": COLOURS, "sky": SKIES, "ground": GROUNDS, "style": STYLES, "number": [1, 2, 3]}
BATCH, PEAK_LR = 48, 2e-3


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


def labels(chosen):
    """Class indices by attribute; -1 where the picture does not show the attribute."""
    def index(s, name):
        if name == "colour" and (s["harm"] or s["style"] == "blueprint"):
            return -1
        return CLASSES[name].index(s[name])

    return {name: torch.tensor([index(s, name) for s in chosen]) for name in CLASSES}


def to_input(batch, device):
    return (torch.from_numpy(batch).to(device).permute(0, 3, 1, 2).float() / 255).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def accuracy(model, device, count=1000):
    """Share of right answers on drawings outside the training set."""
    chosen = [s for s in (familiar_scene(100_000 + k) for k in range(2 * count)) if not s["other"]][:count]
    truth = labels(chosen)
    right = {name: [] for name in CLASSES}
    for k in range(0, len(chosen), 50):
        x = to_input(halve(np.stack([draw(s) for s in chosen[k : k + 50]])), device)
        for name, logits in model(x).items():
            wanted = truth[name][k : k + 50]
            right[name] += (logits.argmax(1).cpu() == wanted)[wanted >= 0].tolist()
    return {name: round(float(np.mean(values)), 4) for name, values in right.items()}


def run(work, minutes=6.0, out="evaluation", threads=2):
    device = device_and_threads(threads)
    torch.manual_seed(0)
    model = Classifier().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=PEAK_LR, weight_decay=0.02)
    training = Run(work / "classifier.pt", minutes, {"model": model}, optimiser)
    described = scenes(work)
    usable = np.array([k for k, s in enumerate(described) if not s["other"]])
    data, rng = pictures(work, 128), np.random.default_rng()
    mean_loss = 8.0
    while training.next_step(PEAK_LR, samples=BATCH):
        chosen = np.sort(rng.choice(usable, BATCH))
        x = to_input(data[chosen], device)
        if rng.random() < 0.4:  # soften: an autoencoder's pictures are less crisp than drawings
            x = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear") * 0.7 + x * 0.3
        x = x + torch.randn_like(x) * 0.03 * torch.rand(len(x), 1, 1, 1, device=device)
        truth = labels([described[k] for k in chosen])
        with torch.autocast(device.type, torch.bfloat16):
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
    print(json.dumps(reached))
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({n: t.half() for n, t in folded(model).items()}, folder / "attribute-classifier.safetensors")
    description = {
        "about": "Reads attributes from a picture; trained on drawings only. See training/miniature/train_classifier.py.",
        "input": "RGB in 0..1, NCHW [1, 3, 128, 128]: 2x2 means of the 256x256 picture",
        "layers": "conv.0 to conv.4: 3x3, padding 1, bias, ReLU, 2x2 max pooling; conv.5: 3x3, padding 1, bias, ReLU; concatenate mean and maximum over positions; head.<attribute>: linear",
        "classes": CLASSES,
        "accuracyOnDrawings": reached,
    }
    (folder / "attribute-classifier.json").write_text(json.dumps(description, indent=2) + "\n")
