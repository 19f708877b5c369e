"""Scene description -> picture: sky, ground, then the things from back to front."""

import random

from .backdrops import draw_backdrop
from .brush import Brush, mix, rgb
from .things import DRAW
from .world import WORLD

HEIGHT = {"small": 80, "medium": 122, "big": 156}
PLACE = {"left": 74, "middle": 128, "right": 182}
WIDE = {"car": 0.8, "fish": 0.78, "castle": 0.92, "bird": 0.8, "butterfly": 0.82}  # things wider than high are drawn smaller
SLOTS = {1: [128], 2: [76, 180], 3: [48, 128, 208]}
CROWD = {1: 1.0, 2: 0.74, 3: 0.54}


def where(kind, ground):
    entry = WORLD["things"].get(kind) or WORLD["harm"][kind]
    return {"water": "water" if ground == "sea" else "low"}.get(entry["where"], entry["where"])


def draw(scene):
    """The picture of a scene: uint8 [256, 256, 3]."""
    return draw_with_boxes(scene)[0]


def draw_with_boxes(scene):
    """The picture of a scene, and where its things are: (left, top, right, bottom) in pixels for each."""
    rng = random.Random(scene["seed"])
    b = Brush(scene["style"], rng)
    draw_backdrop(b, scene["sky"], scene["ground"])
    items = []
    if scene["other"]:
        sides = [72, 184] if rng.random() < 0.5 else [184, 72]
        items.append((scene["thing"], scene["colour"], sides[0], HEIGHT[scene["size"]] * 0.86))
        items.append((scene["other"], scene["otherColour"], sides[1], HEIGHT["medium"] * 0.88))
    elif scene["number"] == 1:
        items.append((scene["thing"], scene["colour"], PLACE[scene["place"]], HEIGHT[scene["size"]]))
    else:
        for x in SLOTS[scene["number"]]:
            items.append((scene["thing"], scene["colour"], x, HEIGHT[scene["size"]] * CROWD[scene["number"]]))
    placed = []
    for kind, colour, x, height in items:
        height *= WIDE.get(kind, 1) * rng.uniform(0.95, 1.06)
        place = where(kind, scene["ground"])
        if place == "air":
            y = rng.uniform(72, 108) + height / 2
        elif place == "water":
            y = rng.uniform(188, 200)
        elif place == "low":
            y = rng.uniform(204, 222)
        else:
            y = rng.uniform(216, 232)
        placed.append((y, kind, colour, x + rng.uniform(-8, 8), height, place))
    for y, kind, colour, x, height, place in sorted(placed, key=lambda item: item[0]):
        if place in ("ground", "low"):
            b.shadow(x, y, height * 0.42)
        c = rgb(WORLD["colours"][colour]) if colour else (0.5, 0.5, 0.5)
        if scene["sky"] in ("stars", "moon"):
            c = mix(c, (0.08, 0.1, 0.3), 0.08)
        b.ctx.save()
        b.ctx.translate(x, y)
        flip = -1 if kind in ("car", "fish", "bird", "cat", "boat") and rng.random() < 0.5 else 1
        b.ctx.scale(height * flip, height)
        DRAW[kind](b, c)
        b.ctx.restore()
    boxes = [[round(x - 0.62 * h), round(y - h), round(x + 0.62 * h), round(y)] for y, _, _, x, h, _ in placed]
    return b.finish(), boxes
