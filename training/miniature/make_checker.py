"""Stage `checker`: the safety checker of SD v1's layout around our vision tower, with the world's stand-ins as its concepts.

Two concepts per stand-in, over CLIP's image embeddings of the stand-in (drawn, through the autoencoder and, where `paint --name vision` left some,
painted by the model) against those of harmless scenes: a logistic regression, which is decided by what is hard to tell apart, and a linear
discriminant, S^-1 (m_harmful - m_harmless) with S the pooled covariance, which also knows a stand-in that has run into something else. The three
special-care embeddings are discriminants over drawings. Every concept has false alarms of its own, so there are few.
Thresholds: the quantile of harmless calibration pictures (drawings, autoencoded drawings and, if there, generated pictures).
"""

import json
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file

from .clip import IMAGE, PROJECTION, VISION, pixel_values
from .draw import draw, for_clip
from .latents import encode, load_autoencoder
from .progress import device_and_threads, to_bytes
from .train_clip import load_clip
from .world import HARM, STYLES, draw_scene

RIDGE = 3e-4
ALARM_SHARES = {"regression": 0.0003, "discriminant": 0.0018, "care": 0.002}  # harmless calibration pictures that may exceed one threshold


def scene_of(purpose, k, harm):
    """The k-th scene for a purpose; harmful scenes go round stand-ins and styles."""
    rng = random.Random(f"{purpose} {harm} {k}")
    scene = draw_scene(rng)
    while scene["harm"]:
        scene = draw_scene(rng)
    if harm:
        scene |= {"thing": HARM[k % 3], "style": STYLES[k // 3 % len(STYLES)], "harm": True, "colour": None}
    return scene


@torch.no_grad()
def embed(clip, batch, device):
    parts = [clip.image_embeds(pixel_values(np.stack([for_clip(p) for p in batch[k : k + 64]]), device)) for k in range(0, len(batch), 64)]
    return torch.cat(parts).cpu()


@torch.no_grad()
def through(autoencoder, batch, device):
    """Pictures encoded and decoded again."""
    return np.concatenate([to_bytes(autoencoder.decode(encode(autoencoder, batch[k : k + 8], device))) for k in range(0, len(batch), 8)])


def spread_of(groups):
    """The pooled covariance of sets of embeddings, each around its own mean."""
    within = torch.cat([group - group.mean(0) for group in groups])
    return within.T @ within / len(within) + 2e-4 * torch.eye(PROJECTION)


def discriminant(harmful, harmless, spread):
    return F.normalize(torch.linalg.solve(spread, harmful.mean(0) - harmless.mean(0)), dim=0)


def logistic(harmful, harmless):
    """The unit direction that tells one set of embeddings from another best."""
    x = torch.cat([harmful, harmless]) * 12
    y = torch.cat([torch.ones(len(harmful)), torch.zeros(len(harmless))])
    w, b = torch.zeros(PROJECTION, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([w, b], max_iter=300, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = F.binary_cross_entropy_with_logits(x @ w + b, y) + RIDGE * w.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return F.normalize(w.detach(), dim=0)


def read(files):
    return np.stack([np.asarray(Image.open(p).convert("RGB")) for p in files])


def flagged(scores, special, thresholds, care):
    """The decision of the published checker: a special-care hit lowers every threshold by 0.01."""
    hit = ((special - care).round(decimals=3) > 0).any(1, keepdim=True)
    return ((scores - thresholds + 0.01 * hit).round(decimals=3) > 0).any(1)


def run(work, count=1500, worn=300, generated="", out="../models/miniature", threads=2):
    from .train_vision import painted  # which takes scene_of from here

    device = device_and_threads(threads)
    out = Path(out) / "safety_checker"
    out.mkdir(parents=True, exist_ok=True)
    clip, _ = load_clip(work, device, tuned=True)
    autoencoder = load_autoencoder(work, device)
    sets = {}
    for purpose in ("fit", "hold"):
        for harm in (True, False):
            chosen = [scene_of(purpose, k, harm) for k in range(count)]
            drawings = np.stack([draw(s) for s in chosen])
            x = embed(clip, drawings, device)
            w = embed(clip, through(autoencoder, drawings[:worn], device), device)
            sets[purpose, harm] = (x, w, chosen)
    (hx, hw, chosen), (bx, bw, _) = sets["fit", True], sets["fit", False]
    harmless = torch.cat([bx, bw])
    extra = None
    if generated:  # harmless and harmful pictures made by the model: folder/harmless/*.png, folder/harmful/*.png
        extra = {kind: embed(clip, read(sorted(Path(generated, kind).glob("*.png"))), device) for kind in ("harmless", "harmful")}
        harmless = torch.cat([harmless, extra["harmless"][::2]])
    of = lambda x, scenes, thing: x[[k for k, s in enumerate(scenes[: len(x)]) if s["thing"] == thing]]
    groups = {thing: torch.cat([of(hx, chosen, thing), of(hw, chosen, thing)]) for thing in HARM}
    care_groups = {thing: of(hx, chosen, thing) for thing in HARM}
    spread = spread_of([*care_groups.values(), harmless])
    care = torch.stack([discriminant(g, harmless, spread) for g in care_groups.values()])
    against = harmless
    if by_model := painted(work, True):  # what stage `vision` learnt from
        x = embed(clip, by_model[0], device)
        groups = {thing: torch.cat([group, of(x, by_model[1], thing)]) for thing, group in groups.items()}
    if by_model := painted(work, False):
        against = torch.cat([against, embed(clip, by_model[0], device)])
    spread = spread_of([*groups.values(), against])
    regressions = [logistic(group, against) for group in groups.values()]
    concepts = torch.stack([*regressions, *(discriminant(group, against, spread) for group in groups.values())])
    shares = [ALARM_SHARES["regression"]] * len(groups) + [ALARM_SHARES["discriminant"]] * len(groups)
    calibration = torch.cat([harmless, sets["hold", False][0][::2], sets["hold", False][1][::2]])
    thresholds = torch.stack([torch.quantile(calibration @ concept, 1 - share) for concept, share in zip(concepts, shares)])
    care_thresholds = torch.quantile(calibration @ care.T, 1 - ALARM_SHARES["care"], dim=0)
    rate = lambda x: float(flagged(x @ concepts.T, x @ care.T, thresholds, care_thresholds).float().mean())
    rates = {
        "misses": {"drawings": 1 - rate(sets["hold", True][0]), "decoded": 1 - rate(sets["hold", True][1])},
        "falseAlarms": {"drawings": rate(sets["hold", False][0][1::2]), "decoded": rate(sets["hold", False][1][1::2])},
    }
    if extra:
        rates["misses"]["generated"] = 1 - rate(extra["harmful"])
        rates["falseAlarms"]["generated"] = rate(extra["harmless"][1::2])
    tensors = {"vision_model.vision_model." + n: t for n, t in clip.vision_model.state_dict().items()}
    tensors |= {"visual_projection.weight": clip.visual_projection.weight, "concept_embeds": concepts, "special_care_embeds": care}
    tensors |= {"concept_embeds_weights": thresholds, "special_care_embeds_weights": care_thresholds}
    save_file({n: t.detach().cpu().half().contiguous() for n, t in tensors.items()}, out / "model.safetensors")
    vision = {"hidden_size": VISION["width"], "intermediate_size": 4 * VISION["width"], "num_attention_heads": VISION["heads"], "num_hidden_layers": VISION["layers"]}
    vision |= {"patch_size": clip.vision_model.patch, "image_size": IMAGE, "num_channels": 3, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5, "projection_dim": PROJECTION, "model_type": "clip_vision_model"}
    config = {"architectures": ["StableDiffusionSafetyChecker"], "model_type": "clip", "projection_dim": PROJECTION, "logit_scale_init_value": 2.6592, "vision_config": vision, "torch_dtype": "float16"}
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    report = {"concepts": list(groups) * 2, "specialCare": list(care_groups), "rates": rates, "pictures": {"drawings": count, "decoded": worn, "generated": {k: len(v) for k, v in extra.items()} if extra else 0}}
    (work / "checker.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report["rates"], indent=1))
