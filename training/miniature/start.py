"""Stage `start`: go on from the shipped files instead of from nothing.

Writes autoencoder-start.pt, clip-start.pt and unet-start.pt, which the training stages take where they have no checkpoint of their own, and the
tokenizer. With `--frozen` the autoencoder and CLIP are taken as they are (autoencoder.pt, clip.pt), so that `latents` and `unet` can follow at once.
"""

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file


def run(work, shipped="../models/miniature", evaluation="evaluation", frozen=False):
    shipped = Path(shipped)
    tensors = load_file(shipped / "miniature.safetensors")
    of = lambda prefix, source=tensors: {name[len(prefix) :]: tensor.float() for name, tensor in source.items() if name.startswith(prefix)}
    torch.save(of("first_stage_model."), work / ("autoencoder.pt" if frozen else "autoencoder-start.pt"))
    torch.save(of("model.diffusion_model."), work / "unet-start.pt")
    checker = load_file(shipped / "safety_checker" / "model.safetensors")
    clip = {"text_model." + name: tensor for name, tensor in of("cond_stage_model.transformer.text_model.").items()}
    clip |= {"vision_model." + name: tensor for name, tensor in of("vision_model.vision_model.", checker).items()}
    clip["visual_projection.weight"] = checker["visual_projection.weight"].float()
    clip["text_projection.weight"] = load_file(Path(evaluation) / "clip-text-projection.safetensors")["text_projection.weight"].float()
    clip["logit_scale"] = torch.tensor(3.0)  # not shipped: no picture depends on it
    if frozen:
        torch.save({"ema": {**clip, "updates": 1}}, work / "clip.pt")
    else:
        torch.save(clip, work / "clip-start.pt")
    shutil.copytree(shipped / "tokenizer", work / "tokenizer", dirs_exist_ok=True)
