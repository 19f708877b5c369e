"""Muon (Jordan et al. 2024) with AdamW for what it does not suit: the update of a weight matrix is its momentum, made orthogonal.

On the autoencoder it needs about half the steps of AdamW, which counts where a step costs seconds. The U-Net keeps AdamW, as the original card says.
"""

import torch


def orthogonal(g, steps=5):
    """The nearest (semi-)orthogonal matrix of g [rows, columns] by a quintic Newton-Schulz iteration."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16()
    x = x / (x.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    for _ in range(steps):
        s = x @ x.T
        x = a * x + (b * s + c * s @ s) @ x
    return (x.T if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Convolutions and matrices with at least `least` channels on both sides by Muon, everything else by AdamW at `other` times the rate."""

    def __init__(self, parameters, lr, momentum=0.95, least=32, other=0.15, betas=(0.9, 0.99)):
        parameters = list(parameters)
        wide = [p for p in parameters if p.ndim > 1 and min(p.shape[:2]) >= least]
        chosen = {id(p) for p in wide}
        rest = [p for p in parameters if id(p) not in chosen]
        groups = [{"params": wide, "muon": True, "scale": 1.0}, {"params": rest, "muon": False, "scale": other}]
        super().__init__(groups, {"lr": lr, "momentum": momentum, "betas": betas})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in (p for p in group["params"] if p.grad is not None):
                (self._muon if group["muon"] else self._adam)(p, group)

    def _muon(self, p, group):
        state = self.state[p]
        buffer = state.setdefault("momentum", torch.zeros_like(p))
        buffer.mul_(group["momentum"]).add_(p.grad)
        update = orthogonal((p.grad + group["momentum"] * buffer).flatten(1))
        stretch = max(1.0, update.shape[0] / update.shape[1]) ** 0.5
        p.add_(update.view_as(p), alpha=-group["lr"] * stretch)

    def _adam(self, p, group):
        state, (b1, b2) = self.state[p], group["betas"]
        state["step"] = state.get("step", 0) + 1
        first = state.setdefault("first", torch.zeros_like(p)).lerp_(p.grad, 1 - b1)
        second = state.setdefault("second", torch.zeros_like(p)).lerp_(p.grad.square(), 1 - b2)
        k = state["step"]
        p.addcdiv_(first / (1 - b1**k), (second / (1 - b2**k)).sqrt() + 1e-8, value=-group["lr"])
