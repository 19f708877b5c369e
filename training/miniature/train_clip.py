"""Stage `clip`: learn the tokenizer from captions, then train CLIP contrastively on pictures and captions; frozen afterwards.

Beside the contrastive loss, linear heads on the picture's embedding name what the scene shows. They are thrown away afterwards: on the few
thousand steps of a CPU they teach the vision tower, which the safety checker rests on, much faster than captions alone.
Pictures are blurred and speckled at random, so that the vision tower judges an autoencoder's output like a drawing.
"""

import numpy as np
import torch
import torch.nn.functional as F

from . import tokenizer
from .clip import PROJECTION, Clip, pixel_values
from .draw import captions_of, draw, familiar_scene, for_clip, held_out_scene, pictures, scenes, training_scene
from .progress import Ema, Run, bf16, device_and_threads
from .world import COLOURS, GROUNDS, HARM, SKIES, STYLES, THINGS

BATCH, PEAK_LR, MERGES = 128, 1e-3, 1000
NAMED_WEIGHT = 0.3


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
    """Blur a third of a batch of normalised pictures and speckle a third, half of them the same; in place. Cheap, because a CPU trains this."""
    third, sixth = len(x) // 3, len(x) // 6
    soft = F.interpolate(F.avg_pool2d(x[:third], 2), scale_factor=2.0, mode="bilinear")
    x[:third].lerp_(soft, torch.rand(third, 1, 1, 1, device=x.device))
    noise = torch.randn(sixth, *x.shape[1:], device=x.device) * 0.15
    for first in (sixth, 2 * sixth):
        x[first : first + sixth] += noise * torch.rand(sixth, 1, 1, 1, device=x.device)
    return x


HEADS = {"thing": [*THINGS, *HARM], "style": STYLES, "sky": SKIES, "ground": GROUNDS, "number": [1, 2, 3], "colour": COLOURS}


def targets(chosen, device):
    """Index of each attribute; -1 where a picture has none."""
    index = lambda name, value: HEADS[name].index(value) if value is not None else -1
    return {name: torch.tensor([index(name, s[name]) for s in chosen], device=device) for name in HEADS}


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


def load_clip(work, device="cpu", tuned=False):
    """The trained CLIP (averaged weights) and its tokenizer; `tuned`: with the vision tower that stage `vision` left, if there."""
    token = tokenizer_of(work)
    averaged = lambda path: {n: t for n, t in torch.load(path, map_location=device, weights_only=True)["ema"].items() if n != "updates"}
    state = averaged(work / "clip.pt")
    if tuned and (work / "vision.pt").exists():
        tower = averaged(work / "vision.pt")
        state |= {name.replace("0.", "vision_model.", 1) if name[0] == "0" else name.replace("1.", "visual_projection.", 1): t for name, t in tower.items()}
    clip = Clip(len(token.vocab), state["vision_model.embeddings.patch_embedding.weight"].shape[-1]).to(device).eval().requires_grad_(False)
    clip.load_state_dict(state)
    return clip, token


def run(work, minutes=10.0, compiled=False, threads=2):
    device = device_and_threads(threads)
    torch.manual_seed(0)
    token = tokenizer_of(work)
    print(f"vocabulary {len(token.vocab)}", flush=True)
    start = work / "clip-start.pt"
    given = torch.load(start, map_location=device, weights_only=True) if start.exists() else None
    # The shipped tower has smaller patches than one that starts from nothing.
    clip = (Clip(len(token.vocab), given["vision_model.embeddings.patch_embedding.weight"].shape[-1]) if given else Clip(len(token.vocab))).to(device)
    heads = torch.nn.ModuleDict({name: torch.nn.Linear(PROJECTION, len(values)) for name, values in HEADS.items()}).to(device)
    if not (work / "clip.pt").exists() and given:
        clip.load_state_dict(given)
    ema = Ema(clip, 0.99)
    decayed = [p for p in clip.parameters() if p.ndim > 1]
    others = [p for p in clip.parameters() if p.ndim <= 1] + list(heads.parameters())
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0}], lr=PEAK_LR, betas=(0.9, 0.98))
    training = Run(work / "clip.pt", minutes, {"clip": clip, "heads": heads}, optimiser, ema)
    image_embeds = torch.compile(clip.image_embeds) if compiled else clip.image_embeds
    data, described = pictures(work, 224), scenes(work)
    rng = np.random.default_rng()
    harmful = np.array([k for k, s in enumerate(described) if s["harm"]])
    mean_loss, mean_named = 5.0, 8.0
    while training.next_step(PEAK_LR, warmup=50, samples=BATCH):
        chosen = np.unique(np.concatenate([rng.integers(0, len(data), BATCH - 16), rng.choice(harmful, 16)]))
        ids = torch.tensor([token(captions_of(described[k], None)[0]) for k in chosen], device=device)
        x = worn(pixel_values(np.stack([data[k] for k in chosen]), device))
        with bf16(device):
            images, texts = image_embeds(x), clip.text_embeds(trimmed(ids))
        logits = clip.logit_scale.exp().clamp(max=100) * images.float() @ texts.float().T
        target = torch.arange(len(chosen), device=device)
        contrastive = (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2
        truth = targets([described[k] for k in chosen], device)
        named = sum(F.cross_entropy(head(images.float() * 12), truth[name], ignore_index=-1) for name, head in heads.items())
        loss = contrastive + NAMED_WEIGHT * named
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(clip.parameters(), 1.0)
        optimiser.step()
        ema.update(clip)
        mean_loss += (contrastive.item() - mean_loss) / 20
        mean_named += (named.item() - mean_named) / 20
        if training.step % 20 == 0:
            training.log(loss=mean_loss, named=mean_named, scale=clip.logit_scale.exp())
        training.save_every(3)
    training.save()
    training.log(familiar=retrieval(ema.module, token, device, familiar_scene), held_out=retrieval(ema.module, token, device, held_out_scene))
