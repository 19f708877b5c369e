"""Text states in coordinates in which all that captions say has the same spread, for training the U-Net alone.

CLIP's states of 77 x 192 lie mostly in 45 directions, and what tells a robot from a cat is a third as long in them as what tells a bird from a
balloon: of the things that came out wrong most often six were those whose words lie closest together. The U-Net sees the states through the linear
maps to_k and to_v. Trained in whitened coordinates, these learn short directions as fast as long ones; folded back for export, nothing has changed.
File: whitening.pt, written once; with it unet-128.pt and unet-256.pt hold whitened maps, unet-start.pt never does.
"""

import random

import torch

from .draw import captions_of, scenes

CAPTIONS = 600
FLOOR = 0.03  # added to each direction's mean square (1 on average), so that rounding is not taken for words


def second_moment(text_model, token, work):
    """The mean of h h^T over the words of captions, and as often over what follows them, [width, width]."""
    rng = random.Random(0)
    ids = torch.tensor([token(captions_of(scene, rng.random())[0]) for scene in scenes(work)[:CAPTIONS]])
    with torch.no_grad():
        hidden = text_model(ids.to(next(text_model.parameters()).device)).cpu()
    said = torch.arange(ids.shape[1]) <= ids.argmax(1, keepdim=True)
    moments = [part.T @ part / len(part) for part in (hidden[said], hidden[~said])]
    return (moments[0] + moments[1]) / 2


class Whitening:
    """`matrix` [width, width], symmetric: states @ matrix are whitened."""

    def __init__(self, matrix):
        self.matrix = matrix

    @staticmethod
    def of(text_model, token, work):
        path = work / "whitening.pt"
        if not path.exists():
            values, vectors = torch.linalg.eigh(second_moment(text_model, token, work).double())
            torch.save(((vectors * (values.clamp(min=0) + FLOOR).rsqrt()) @ vectors.T).float(), path)
        return Whitening.load(work)

    @staticmethod
    def load(work):
        """None where nothing was whitened."""
        path = work / "whitening.pt"
        return Whitening(torch.load(path, map_location="cpu", weights_only=True)) if path.exists() else None

    def mapped(self, state, by):
        return {name: (tensor @ by.to(tensor) if ".attn2.to_k" in name or ".attn2.to_v" in name else tensor) for name, tensor in state.items()}

    def whitened(self, state):
        """A U-Net's weights for plain text states -> for whitened ones."""
        return self.mapped(state, torch.linalg.inv(self.matrix.double()).float())

    def folded(self, state):
        """The way back."""
        return self.mapped(state, self.matrix)
