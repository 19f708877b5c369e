"""Stage `draw`: render the training pictures once into memory-mapped uint8 files, with their scenes beside them.

Scene k is a function of k alone, so that a picture can always be drawn again; `--stand-ins 2000 --style blueprint` adds scenes of stand-ins for
harm, where a style of theirs is to be learnt that ordinary scenes hardly show, and `--beside 1000` stand-ins beside something harmless, behind
which people hide them. Files in the work folder:
pictures-256.u8 [N, 256, 256, 3], pictures-128.u8 [N, 128, 128, 3] (2x2 means),
pictures-224.u8 (bicubic, for CLIP), scenes.jsonl (with the boxes of the things).
"""

import json
import random
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image

from .scene import draw, draw_with_boxes  # noqa: F401 - the other stages take draw from here
from .world import HARM, caption, draw_scene


def training_scene(k):
    return draw_scene(random.Random(f"train {k}"))


def stand_in_scene(k, style="", beside=False):
    """The k-th added scene of a stand-in for harm; `beside` something harmless, or alone as ordinary scenes are."""
    rng = random.Random(f"stand-in {'beside ' * beside}{k}")
    while (scene := draw_scene(rng))["harm"] or beside and not scene["other"]:
        pass
    return scene | {"thing": HARM[k % len(HARM)], "harm": True, "colour": None} | ({"style": style} if style else {})


def held_out_scene(k):
    """Scenes of held-out combinations; never harmful."""
    return draw_scene(random.Random(f"held-out {k}"), held_out=True)


def familiar_scene(k):
    """New scenes of combinations that training knows (3 % harmful), disjoint from the training set by their seeds."""
    return draw_scene(random.Random(f"familiar {k}"))


def halve(pictures):
    """Area downscale by two of uint8 [..., H, W, 3]."""
    *lead, h, w, c = pictures.shape
    return (pictures.reshape(*lead, h // 2, 2, w // 2, 2, c).astype(np.uint16).sum((-4, -2)) + 2 >> 2).astype(np.uint8)


def _draw_all(chosen):
    pictures, boxes = zip(*(draw_with_boxes(scene) for scene in chosen))
    return np.stack(pictures), np.stack([for_clip(picture) for picture in pictures]), boxes


def for_clip(picture):
    """What CLIP's preprocessing sees of a square picture: bicubic to 224, uint8."""
    return np.asarray(Image.fromarray(picture).resize((224, 224), Image.BICUBIC))


def run(work, count=12000, stand_ins=0, style="", beside=0, processes=2):
    described = [training_scene(k) for k in range(count)] + [stand_in_scene(k, style) for k in range(stand_ins)]
    described += [stand_in_scene(k, beside=True) for k in range(beside)]
    chunks = [described[k : k + 100] for k in range(0, len(described), 100)]
    fresh = {side: work / f"pictures-{side}.new" for side in (256, 224, 128)}
    large, middle, small = (np.memmap(path, np.uint8, "w+", shape=(len(described), side, side, 3)) for side, path in fresh.items())
    scenes = []
    with ProcessPoolExecutor(processes) as pool:
        for chunk, (pictures, resized, boxes) in zip(chunks, pool.map(_draw_all, chunks)):
            rows = slice(len(scenes), len(scenes) + len(chunk))
            large[rows], middle[rows], small[rows] = pictures, resized, halve(pictures)
            scenes += [scene | {"boxes": found} for scene, found in zip(chunk, boxes)]
    for side, path in fresh.items():  # a stage that is reading the old file keeps it
        path.rename(work / f"pictures-{side}.u8")
    with open(work / "scenes.jsonl", "w") as out:
        out.writelines(json.dumps(scene) + "\n" for scene in scenes)


def pictures(work, side):
    """The memory-mapped training pictures, uint8 [N, side, side, 3]."""
    path = work / f"pictures-{side}.u8"
    return np.memmap(path, np.uint8, "r").reshape(-1, side, side, 3)


def scenes(work):
    return [json.loads(line) for line in open(work / "scenes.jsonl")]


def captions_of(scene, seed, count=1):
    """`count` wordings of one scene."""
    rng = random.Random(seed)
    return [caption(scene, rng)[0] for _ in range(count)]
