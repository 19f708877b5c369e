"""Stage `export`: write the checkpoint (CompVis names, fp16, one file) and the tokenizer as the application ships them."""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from .latents import load_autoencoder
from .train_clip import load_clip
from .unet import CONFIG, UNet
from .whitening import Whitening


def load_unet(work, device="cpu"):
    """The averaged U-Net of the latest stage that has a checkpoint."""
    source = max((p for p in (work / "unet-reward.pt", work / "unet-256.pt", work / "unet-128.pt") if p.exists()), key=lambda p: p.stat().st_mtime)
    unet = UNet(**CONFIG).to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    state = dict(torch.load(source, map_location=device, weights_only=True)["ema"])
    state.pop("updates")
    whitening = Whitening.load(work)
    unet.load_state_dict(whitening.folded(state) if whitening else state)
    return unet


def half(state, prefix=""):
    return {prefix + name: tensor.half().contiguous() for name, tensor in state.items()}


def run(work, out="../models/miniature", evaluation="evaluation"):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    clip, _ = load_clip(work)
    tensors = half(load_unet(work).state_dict(), "model.diffusion_model.")
    tensors |= half(load_autoencoder(work).state_dict(), "first_stage_model.")
    tensors |= half(clip.text_model.state_dict(), "cond_stage_model.transformer.text_model.")
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise SystemExit(f"expected finite fp16 numbers in {name}")
    save_file(tensors, out / "miniature.safetensors")
    (out / "miniature.safetensors").chmod(0o644)
    shutil.copytree(work / "tokenizer", out / "tokenizer", dirs_exist_ok=True)
    settings = {"tokenizer_class": "CLIPTokenizer", "bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "model_max_length": 77, "do_lower_case": True}
    (out / "tokenizer" / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    evaluation = Path(evaluation)
    evaluation.mkdir(exist_ok=True)
    save_file({"text_projection.weight": clip.text_projection.weight.half().contiguous()}, evaluation / "clip-text-projection.safetensors")
    print(f"{(out / 'miniature.safetensors').stat().st_size / 1e6:.1f} MB in {len(tensors)} tensors")
