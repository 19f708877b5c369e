"""A head of the aesthetics predictor in small, by the layers of the published one: `python3 make.py` (PyTorch, float32).

Writes mlp.pth (torch.save of the state dict) and mlp.json: embeddings and what the module in evaluation mode answers, which runs its layers
one after the other. Weights follow a formula: entry n (C order) of the tensor with number s is sin(12.9898 * (n + 1) + s) / 2.
"""

import json

import torch
from torch import nn

WIDTHS = [8, 6, 5, 4, 3, 1]


def fill(shape, seed):
    n = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (torch.sin(12.9898 * (n + 1) + seed) / 2).reshape(shape).float()


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        a, b, c, d, e, f = WIDTHS
        self.layers = nn.Sequential(
            nn.Linear(a, b), nn.Dropout(0.2),
            nn.Linear(b, c), nn.Dropout(0.2),
            nn.Linear(c, d), nn.Dropout(0.1),
            nn.Linear(d, e), nn.Linear(e, f),
        )


head = Head().eval()
head.load_state_dict({name: fill(value.shape, s) for s, (name, value) in enumerate(head.state_dict().items())})
torch.save(head.state_dict(), "mlp.pth")
embeddings = nn.functional.normalize(torch.stack([fill([8], 50 + k) for k in range(4)]), dim=1)
with torch.no_grad():
    scores = head.layers(embeddings).squeeze(1)
with open("mlp.json", "w") as file:
    json.dump({"embeddings": embeddings.tolist(), "scores": scores.tolist()}, file)
    file.write("\n")
