"""Stage `sheet`: held-out captions with the attributes they state, and two sheets of held-out drawings to compare generated pictures with.

evaluation/held-out-captions.json: [{caption, stated, scene}], one kind of thing each, so that "the colour" is not ambiguous.
evaluation/drawings-<a|b>.webp: 20 pictures a row, 256x256 each; drawing k of sheet a belongs to caption k, sheet b holds other scenes.
"""

import json
import random
from pathlib import Path

import numpy as np
from PIL import Image

from .draw import draw, held_out_scene
from .world import caption

PER_ROW = 20


def evaluation_scenes(first, count):
    """Held-out scenes without a second thing, skipping over the others."""
    found, k = [], first
    while len(found) < count:
        scene = held_out_scene(k)
        if not scene["other"]:
            found.append(scene)
        k += 1
    return found


def write_sheet(path, chosen):
    rows = [np.concatenate([draw(s) for s in chosen[k : k + PER_ROW]], 1) for k in range(0, len(chosen), PER_ROW)]
    Image.fromarray(np.concatenate(rows, 0)).save(path, quality=88, method=4)


def run(work, count=500, out="evaluation"):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for k, scene in enumerate(evaluation_scenes(0, count)):
        text, stated = caption(scene, random.Random(f"evaluation {k}"), full=True)
        lines.append(json.dumps({"caption": text, "stated": stated, "scene": scene}))
    (out / "held-out-captions.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    write_sheet(out / "drawings-a.webp", evaluation_scenes(0, count))
    write_sheet(out / "drawings-b.webp", evaluation_scenes(50_000, count))
