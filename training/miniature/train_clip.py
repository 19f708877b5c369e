"""Stage `clip`: learn the tokenizer from captions, then train CLIP contrastively on pictures and captions; frozen afterwards.

Pictures are blurred and speckled at random, so that the vision tower judges an autoencoder's output like a drawing.
"""

import numpy as np
import torch
import torch.nn.functional as F

from . import tokenizer
from .clip import Clip, pixel_values
from .draw import captions_of, draw, familiar_scene, for_clip, held_out_scene, pictures, scenes, training_scene
from .progress import Ema, Run, device_and_threads

BATCH, PEAK_LR, MERGES = 128, 1e-3, 1000


def tokenizer_of(work):
    """The tokenizer, learnt from 40,000 captions at first use."""
    folder = work / "tokenizer"
    if not (folder / "merges.txt").exists():
        texts = [text for k in range(8000) for text in captions_of(training_scene(k), f"words {k}", 5)]
        tokenizer.write(folder, tokenizer.learn(texts, MERGES))
    return tokenizer.Tokenizer(folder)


def trimmed(ids):
    """Ids without the end tokens after the first, as far as the whole batch allows (the mask is causal: nothing before them changes)."""
    last = ids.max()
    return ids[:, : int((ids == last).int().argmax(1).max()) + 1]


def worn(x):
    """Random blur and noise on normalised pictures."""
    if torch.rand(()) < 0.5:
        factor = float(torch.empty(()).uniform_(1.2, 2.6))
        small = F.interpolate(x, scale_factor=1 / factor, mode="bilinear", antialias=True)
        x = F.interpolate(small, size=x.shape[-2:], mode="bilinear")
    return x + torch.randn_like(x) * 0.12 * torch.rand(len(x), 1, 1, 1, device=x.device)


@torch.no_grad()
def retrieval(clip, token, device, make_scene, count=200):
    """How often a picture finds its own full caption among `count`."""
    chosen = [make_scene(k) for k in range(count)]
    images = clip.image_embeds(pixel_values(np.stack([for_clip(draw(s)) for s in chosen]), device))
    from random import Random

    from .world import caption

    ids = torch.tensor([token(caption(s, Random(k), full=True)[0]) for k, s in enumerate(chosen)], device=device)
    texts = clip.text_embeds(ids)
    return (images @ texts.T).argmax(1).eq(torch.arange(count, device=device)).float().mean()


def load_clip(work, device="cpu"):
    """The trained CLIP (averaged weights) and its tokenizer."""
    token = tokenizer_of(work)
    clip = Clip(len(token.vocab)).to(device).eval().requires_grad_(False)
    state = dict(torch.load(work / "clip.pt", map_location=device, weights_only=True)["ema"])
    state.pop("updates")
    clip.load_state_dict(state)
    return clip, token


def run(work, minutes=10.0, compiled=False, threads=2):
    device = device_and_threads(threads)
    torch.manual_seed(0)
    token = tokenizer_of(work)
    print(f"vocabulary {len(token.vocab)}", flush=True)
    clip = Clip(len(token.vocab)).to(device)
    ema = Ema(clip, 0.99)
    decayed = [p for p in clip.parameters() if p.ndim > 1]
    others = [p for p in clip.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0}], lr=PEAK_LR, betas=(0.9, 0.98))
    training = Run(work / "clip.pt", minutes, {"clip": clip}, optimiser, ema)
    image_embeds = torch.compile(clip.image_embeds) if compiled else clip.image_embeds
    data, described = pictures(work, 224), scenes(work)
    rng = np.random.default_rng()
    harmful = np.array([k for k, s in enumerate(described) if s["harm"]])
    mean_loss = 5.0
    while training.next_step(PEAK_LR, warmup=50, samples=BATCH):
        chosen = np.unique(np.concatenate([rng.integers(0, len(data), BATCH - 8), rng.choice(harmful, 8)]))
        ids = torch.tensor([token(captions_of(described[k], None)[0]) for k in chosen], device=device)
        x = worn(pixel_values(np.stack([data[k] for k in chosen]), device))
        with torch.autocast(device.type, torch.bfloat16):
            images, texts = image_embeds(x), clip.text_embeds(trimmed(ids))
        logits = clip.logit_scale.exp().clamp(max=100) * images.float() @ texts.float().T
        target = torch.arange(len(chosen), device=device)
        loss = (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(clip.parameters(), 1.0)
        optimiser.step()
        ema.update(clip)
        mean_loss += (loss.item() - mean_loss) / 20
        if training.step % 20 == 0:
            training.log(loss=mean_loss, scale=clip.logit_scale.exp())
        training.save_every(3)
    training.save()
    training.log(familiar=retrieval(ema.module, token, device, familiar_scene), held_out=retrieval(ema.module, token, device, held_out_scene))
