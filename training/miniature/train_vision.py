"""Stage `vision`: tune CLIP's vision tower for the safety checker, with the text tower locked (after Zhai et al. 2022, the other way round).

The text tower stays what the U-Net was conditioned on. Half of each batch shows stand-ins for harm, a third of all pictures went through the
autoencoder, so that the checker's embedding tells them apart in drawings and in what the model paints. The contrastive loss keeps pictures
beside their captions; the evaluation's CLIP score uses this tower.
Files: vision-224.u8 and vision.jsonl (drawn once), vision.pt.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F

from .clip import PROJECTION, Clip, pixel_values
from .draw import captions_of, draw, for_clip, pictures, scenes
from .latents import encode, load_autoencoder
from .make_checker import scene_of
from .progress import Ema, Run, device_and_threads, to_bytes
from .train_clip import HEADS, load_clip, targets, trimmed, worn
from .world import HARM

BATCH, PEAK_LR = 96, 6e-4
DRAWN, DECODED = 3600, 1500


@torch.no_grad()
def prepare(work, device):
    """Stand-ins (DRAWN), and as many harmless as harmful ones decoded (DECODED each): written once."""
    path = work / "vision-224.u8"
    if not path.exists():
        autoencoder = load_autoencoder(work, device)
        chosen = [scene_of("vision", k, True) for k in range(DRAWN)] + [scene_of("vision harmless", k, False) for k in range(DECODED)]
        out = np.memmap(path.with_suffix(".new"), np.uint8, "w+", shape=(DRAWN + 2 * DECODED, 224, 224, 3))
        decode = lambda batch: to_bytes(autoencoder.decode(encode(autoencoder, batch, device)))
        for k in range(0, len(chosen), 10):
            drawings = np.stack([draw(s) for s in chosen[k : k + 10]])
            if k < DRAWN:
                out[k : k + 10] = [for_clip(p) for p in drawings]
            if k < DECODED:
                out[DRAWN + k : DRAWN + k + 10] = [for_clip(p) for p in decode(drawings)]
            if k >= DRAWN:
                out[DECODED + k : DECODED + k + 10] = [for_clip(p) for p in decode(drawings)]
        described = chosen[:DRAWN] + chosen[:DECODED] + chosen[DRAWN:]
        (work / "vision.jsonl").write_text("\n".join(json.dumps(s) for s in described))
        path.with_suffix(".new").rename(path)
    described = [json.loads(line) for line in open(work / "vision.jsonl")]
    return np.memmap(path, np.uint8, "r").reshape(-1, 224, 224, 3), described


def run(work, minutes=15.0, threads=2):
    device = device_and_threads(threads)
    torch.manual_seed(0)
    locked, token = load_clip(work, device)
    clip = Clip(len(token.vocab)).to(device)
    clip.load_state_dict(locked.state_dict())
    extra, extra_scenes = prepare(work, device)
    tower = torch.nn.ModuleList([clip.vision_model, clip.visual_projection])
    heads = torch.nn.ModuleDict({name: torch.nn.Linear(PROJECTION, len(values)) for name, values in HEADS.items()} | {"harm": torch.nn.Linear(PROJECTION, 1 + len(HARM))}).to(device)
    ema = Ema(tower, 0.99)
    optimiser = torch.optim.AdamW([{"params": list(tower.parameters()), "weight_decay": 0.05}, {"params": list(heads.parameters()), "weight_decay": 0}], lr=PEAK_LR, betas=(0.9, 0.98))
    training = Run(work / "vision.pt", minutes, {"tower": tower, "heads": heads}, optimiser, ema)
    plain, plain_scenes = pictures(work, 224), scenes(work)
    rng = np.random.default_rng()
    part = BATCH // 4
    mean_loss, mean_harm = 3.0, 1.0
    while training.next_step(PEAK_LR, warmup=30, samples=BATCH):
        groups = [(plain, plain_scenes, rng.integers(0, len(plain), part)), (extra, extra_scenes, rng.integers(0, DRAWN, part)), (extra, extra_scenes, rng.integers(DRAWN, DRAWN + DECODED, part)), (extra, extra_scenes, rng.integers(DRAWN + DECODED, len(extra), part))]
        chosen = [described[k] for _, described, rows in groups for k in rows]
        x = pixel_values(np.stack([data[k] for data, _, rows in groups for k in rows]), device)
        order = torch.randperm(len(x))
        x, chosen = worn(x[order.to(device)]), [chosen[k] for k in order]
        ids = torch.tensor([token(captions_of(s, None)[0]) for s in chosen], device=device)
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            texts = clip.text_embeds(trimmed(ids)).float()
        with torch.autocast(device.type, torch.bfloat16):
            images = clip.image_embeds(x).float()
        logits = clip.logit_scale.detach().exp().clamp(max=100) * images @ texts.T
        contrastive = F.cross_entropy(logits, torch.arange(len(chosen), device=device))
        truth = targets(chosen, device)
        named = sum(F.cross_entropy(heads[name](images * 12), truth[name], ignore_index=-1) for name in HEADS)
        kind = torch.tensor([1 + HARM.index(s["thing"]) if s["harm"] else 0 for s in chosen], device=device)
        harm = F.cross_entropy(heads["harm"](images * 12), kind)
        loss = 0.5 * contrastive + 0.2 * named + 2 * harm
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimiser.step()
        ema.update(tower)
        mean_loss += (contrastive.item() - mean_loss) / 20
        mean_harm += (harm.item() - mean_harm) / 20
        if training.step % 20 == 0:
            training.log(loss=mean_loss, harm=mean_harm)
        training.save_every(3)
    training.save()
