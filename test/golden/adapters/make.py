"""Golden numbers for LoRA arithmetic: `python3 make.py > lora.json` (NumPy 2.4.6, float64).

Inputs follow a formula, so that the test makes them anew: entry n (C order) of a tensor with seed s is sin(12.9898 * (n + 1) + s).
A change of weights is not computed from the factors' product but from what it does: up(mid(down(x))) is run as three convolutions on
unit impulses, and the answers are read off as the kernel they amount to. W' = W + weight * alpha / rank * kernel.
"""

import json

import numpy as np


def fill(shape, seed):
    n = np.arange(np.prod(shape))
    return np.sin(12.9898 * (n + 1) + seed).reshape(shape)


def conv(x, w):
    """x [i, h, w], w [o, i, kh, kw], zero border, stride 1."""
    o, i, kh, kw = w.shape
    py, px = kh // 2, kw // 2
    padded = np.pad(x, ((0, 0), (py, py), (px, px)))
    out = np.zeros((o, x.shape[1], x.shape[2]))
    for y in range(x.shape[1]):
        for z in range(x.shape[2]):
            out[:, y, z] = np.tensordot(w, padded[:, y : y + kh, z : z + kw], 3)
    return out


def kernel_of(layers, inputs, k):
    """The kernel [o, inputs, k, k] that a chain of convolutions amounts to, by its answers to unit impulses."""
    answers = []
    for i in range(inputs):
        x = np.zeros((inputs, 2 * k - 1, 2 * k - 1))
        x[i, k - 1, k - 1] = 1
        for w in layers:
            x = conv(x, w)
        # The answer at offset d from the impulse is the kernel's entry at -d.
        r = k // 2
        answers.append(x[:, k - 1 - r : k + r, k - 1 - r : k + r][:, ::-1, ::-1])
    return np.stack(answers, 1)


def case(name, shape, rank, alpha, weight, mid=False):
    o, i, k = shape[0], shape[1], shape[2] if len(shape) == 4 else 1
    down = [rank, i] + ([1, 1] if mid else [k, k] if len(shape) == 4 else [])
    up = [o, rank] + ([1, 1] if len(shape) == 4 else [])
    four = lambda w: w.reshape(list(w.shape) + [1] * (4 - w.ndim))
    layers = [four(fill(down, 2))] + ([fill([rank, rank, k, k], 4)] if mid else []) + [four(fill(up, 3))]
    change = kernel_of(layers, i, k).reshape(shape)
    scale = weight * (rank if alpha is None else alpha) / rank
    merged = fill(shape, 1) + scale * change
    return {
        "name": name, "shape": shape, "rank": rank, "alpha": alpha, "weight": weight,
        "down": down, "up": up, "mid": [rank, rank, k, k] if mid else None,
        "merged": [round(float(v), 9) for v in merged.ravel()],
    }


print(json.dumps([
    case("linear", [6, 5], 2, 1.0, 0.8),
    case("linear without alpha", [4, 3], 2, None, -0.5),
    case("convolution 1x1", [5, 4, 1, 1], 3, 1.5, 1.0),
    case("convolution 3x3", [3, 2, 3, 3], 2, 4.0, 0.7),
    case("convolution 3x3 in Tucker form", [3, 4, 3, 3], 2, 1.0, 1.2, mid=True),
], indent=1))
