"""Skies and grounds, drawn from the horizon outwards. `HORIZON` is where land meets sky, in picture pixels."""

import math

from .brush import SIDE, box, curve, ellipse, lighter, mix, polygon, polyline, rgb, star

HORIZON = 150


def small(b):
    """Outline of the tiny shapes: only the blueprint, which has nothing but lines, draws one."""
    return 1.2 if b.style == "blueprint" else 0


def cloud(b, x, y, s, colour, alpha=1.0):
    for dx, dy, r in ((-0.9, 0.1, 0.55), (0.9, 0.12, 0.5), (-0.1, -0.25, 0.8), (0.45, -0.05, 0.6)):
        b.shape(ellipse(x + dx * s, y + dy * s, r * s, r * s * 0.8), colour, shade=0.05, line=0 if b.style != "blueprint" else 1.2, alpha=alpha)
    b.shape(box(x - 1.35 * s, y + 0.05 * s, 2.7 * s, 0.5 * s, 0.25 * s), colour, shade=0.05, line=0, alpha=alpha)


def clouds(b, count, colour, low=24, high=84, big=22):
    for k in range(count):
        cloud(b, (k + b.rng.uniform(0.25, 0.75)) * SIDE / count, b.rng.uniform(low, high), b.rng.uniform(0.75, 1.15) * big, colour)


def day(b):
    b.backdrop([(0, rgb("#6cc0ee")), (0.6, rgb("#dff3fa")), (1, rgb("#dff3fa"))])
    x, y = b.rng.choice((40, 216)) + b.rng.uniform(-10, 10), b.rng.uniform(34, 48)
    b.shape(ellipse(x, y, 31, 31), (1, 0.95, 0.65), line=0, shade=0, alpha=0.45)
    b.shape(ellipse(x, y, 21, 21), (1, 0.86, 0.32), shade=0.08)
    clouds(b, 2, (1, 1, 1), 36, 88, 17)


def sunset(b):
    b.backdrop([(0, rgb("#5b3f8f")), (0.3, rgb("#d9607c")), (0.5, rgb("#fb9f5b")), (0.6, rgb("#fed27f")), (1, rgb("#fed27f"))])
    x = b.rng.uniform(60, 196)
    b.shape(ellipse(x, HORIZON - 8, 52, 52), (1, 0.88, 0.5), line=0, shade=0, alpha=0.35)
    b.shape(ellipse(x, HORIZON - 8, 36, 36), (1, 0.80, 0.30), shade=0.12)
    for k in range(3):
        y, w = b.rng.uniform(30, 105), b.rng.uniform(28, 52)
        b.shape(box(b.rng.uniform(-10, 200), y, w * 1.6, 7, 4), (0.98, 0.70, 0.62), line=0, alpha=0.75)


def night(b, count, size):
    for _ in range(count):
        x, y, r = b.rng.uniform(6, 250), b.rng.uniform(6, HORIZON - 25), b.rng.uniform(0.7, 1.2) * size
        b.shape(star(x, y, r * 1.9, 4, 0.38), (1, 0.96, 0.75), line=small(b), shade=0)


def stars(b):
    b.backdrop([(0, rgb("#121743")), (0.6, rgb("#40508f")), (1, rgb("#40508f"))])
    night(b, 24, 3.2)


def moon(b):
    b.backdrop([(0, rgb("#172350")), (0.6, rgb("#54699f")), (1, rgb("#54699f"))])
    x, y = b.rng.choice((52, 204)) + b.rng.uniform(-14, 14), b.rng.uniform(44, 58)
    pale = (0.97, 0.95, 0.82)
    b.shape(ellipse(x, y, 44, 44), pale, line=0, shade=0, alpha=0.16)
    if b.rng.random() < 0.5:
        b.shape(ellipse(x, y, 28, 28), pale, shade=0.06)
        for dx, dy, r in ((-9, -6, 5.5), (8, 7, 7), (6, -12, 3.5)):
            b.shape(ellipse(x + dx, y + dy, r, r), (0.86, 0.84, 0.73), line=0, shade=0)
    else:
        b.shape(lambda ctx: (ctx.arc(x, y, 29, 0.25 * math.pi, 1.42 * math.pi), ctx.arc_negative(x + 15, y - 5, 25, 1.27 * math.pi, 0.36 * math.pi), ctx.close_path()), pale, shade=0.04)
    night(b, 6, 1.9)


def storm(b):
    b.backdrop([(0, rgb("#49525f")), (0.6, rgb("#98a3ac")), (1, rgb("#98a3ac"))])
    for _ in range(26):
        x, y = b.rng.uniform(0, 262), b.rng.uniform(52, HORIZON)
        b.line(polyline((x, y), (x - 5, y + 13)), (0.82, 0.89, 0.96), 1.6, 0.8)
    x = b.rng.uniform(50, 206)
    bolt = [(0, 56), (-15, 92), (-3, 92), (-12, 124), (16, 82), (4, 82), (14, 56)]
    b.shape(polygon(*((x + dx, y) for dx, y in bolt)), (1, 0.87, 0.28), line=1.6)
    clouds(b, 3, rgb("#3b434e"), 24, 38, 30)
    clouds(b, 2, rgb("#59636f"), 40, 54, 22)


RAINBOW = [rgb(c) for c in ("#e8554d", "#f79a3c", "#f9d84a", "#59b866", "#4b8fe0", "#9166c9")]


def rainbow(b):
    b.backdrop([(0, rgb("#8fcdee")), (0.6, rgb("#eaf6f8")), (1, rgb("#eaf6f8"))])
    x = 128 + b.rng.uniform(-22, 22)
    for k, colour in enumerate(RAINBOW):
        radius = 118 - k * 8
        b.line(lambda ctx, r=radius: ctx.arc(x, HORIZON + 6, r, math.pi, 2 * math.pi), colour, 8.4)
        if b.style == "blueprint":
            b.line(lambda ctx, r=radius: ctx.arc(x, HORIZON + 6, r, math.pi, 2 * math.pi), colour, 1.2)
    for side in (-1, 1):
        cloud(b, x + side * 98, HORIZON - 8, 17, (1, 1, 1))


SKY = {f.__name__: f for f in (day, sunset, stars, moon, storm, rainbow)}

# How the light of each sky tints the land: (colour, share).
LIGHT = {
    "day": ((1, 1, 1), 0.0),
    "sunset": (rgb("#d8605a"), 0.16),
    "stars": (rgb("#141a45"), 0.42),
    "moon": (rgb("#1c2a5c"), 0.34),
    "storm": (rgb("#4d5661"), 0.26),
    "rainbow": ((1, 1, 1), 0.06),
}


def hill(b, y, height, colour, waves=1.0, line=2.2):
    """Land with a wavy rim around y, filled down to the bottom edge."""
    phase = b.rng.uniform(0, 6.28)
    points = [(-4, SIDE + 4)]
    for k in range(33):
        x = -4 + k * 8.25
        points.append((x, y + height * math.sin(phase + x / SIDE * 6.28 * waves) * 0.5))
    b.shape(polygon(*points, (SIDE + 4, SIDE + 4)), colour, shade=0.07, line=line)


def meadow(b, t):
    hill(b, HORIZON, 20, t(rgb("#7cbf6a")))
    hill(b, 178, 12, t(rgb("#a5d267")))
    for _ in range(9):
        x, y = b.rng.uniform(8, 248), b.rng.uniform(196, 250)
        b.shape(polygon((x - 4, y), (x - 5, y - 8), (x - 1, y - 3), (x, y - 11), (x + 1, y - 3), (x + 5, y - 8), (x + 4, y)), t(rgb("#5fa754")), line=small(b))


def sea(b, t):
    b.shape(box(-4, HORIZON, SIDE + 8, 120), t(rgb("#3f95cf")), shade=0.1)
    for _ in range(7):
        x, y = b.rng.uniform(0, 240), b.rng.uniform(HORIZON + 8, 196)
        b.line(polyline((x, y), (x + 20, y)), t(rgb("#a9dbf0")), 2.2, 0.85)
    lift = b.rng.uniform(-4, 4)
    b.shape(curve((-6, 214 + lift), (60, 198 + lift, 110, 212 + lift, 160, 205), (200, 199, 230, 203, 262, 197), (262, 262), (-6, 262)), t(rgb("#e8f6fa")), shade=0.02, line=0)
    b.shape(curve((-6, 219 + lift), (60, 203 + lift, 110, 217 + lift, 160, 210), (200, 204, 230, 208, 262, 202), (262, 262), (-6, 262)), t(rgb("#f2d9a0")), shade=0.05)


def snow(b, t):
    hill(b, HORIZON, 26, t(rgb("#c9def0")), 0.9)
    hill(b, 180, 14, t(rgb("#f2f8fc")), 1.1)
    for _ in range(20):
        x, y = b.rng.uniform(4, 252), b.rng.uniform(70, 246)
        b.shape(ellipse(x, y, 2.4, 2.4), (1, 1, 1), line=small(b), shade=0)


def cactus(b, x, y, s, colour):
    b.shape(box(x - 3.2 * s, y - 26 * s, 6.4 * s, 26 * s, 3 * s), colour, line=1.4)
    for side, top in ((-1, 17), (1, 21)):
        b.line(polyline((x, y - 11 * s), (x + side * 8 * s, y - 11 * s), (x + side * 8 * s, y - top * s)), colour, 4 * s)


def desert(b, t):
    hill(b, HORIZON + 2, 30, t(rgb("#dfa154")), 0.8)
    for x in (b.rng.uniform(14, 110), b.rng.uniform(146, 242)):
        cactus(b, x, HORIZON + 24, b.rng.uniform(0.9, 1.2), t(rgb("#5d9a58")))
    hill(b, 186, 18, t(rgb("#f3c878")), 1.0)


def mountains(b, t):
    for x, w, h in sorted(((b.rng.uniform(10, 60), 82, 74), (b.rng.uniform(190, 246), 86, 82), (b.rng.uniform(96, 156), 96, 100)), key=lambda m: m[2]):
        y = HORIZON + 26
        b.shape(polygon((x - w, y), (x, y - h), (x + w, y)), t(rgb("#7787a8")), shade=0.12)
        cut = 0.32
        b.shape(polygon((x, y - h), (x + w * cut, y - h * (1 - cut)), (x + w * 0.12, y - h * (1 - cut * 0.75)), (x, y - h * (1 - cut * 1.1)), (x - w * 0.12, y - h * (1 - cut * 0.75)), (x - w * cut, y - h * (1 - cut))), t(rgb("#f6f9fc")), shade=0.02, line=1.2)
    hill(b, 182, 12, t(rgb("#6b9c74")))


def city(b, t):
    x = -6
    while x < SIDE:
        w, h = b.rng.uniform(28, 42), b.rng.uniform(26, 72)
        base = t(mix(rgb("#6f7f9b"), rgb("#93a0b8"), b.rng.random()))
        b.shape(box(x, 184 - h - 10, w, h + 40), base, shade=0.06, line=1.6)
        for wx in range(2):
            for wy in range(int(h // 17)):
                b.shape(box(x + w * (0.2 + 0.38 * wx), 184 - h + wy * 16, w * 0.22, 8), (1, 0.91, 0.60), shade=0, line=0 if b.style != "blueprint" else 0.8)
        x += w
    b.shape(box(-4, 186, SIDE + 8, 80), t(rgb("#8b8f9b")), shade=0.05)
    b.shape(box(-4, 186, SIDE + 8, 9), t(rgb("#c9ccd2")), shade=0, line=1.2)
    for k in range(5):
        b.shape(box(k * 58 - 12 + 10, 240, 30, 5), t(lighter(rgb("#c9ccd2"), 0.5)), shade=0, line=0)


GROUND = {f.__name__: f for f in (meadow, sea, snow, desert, mountains, city)}


def draw_backdrop(b, sky, ground):
    SKY[sky](b)
    light, share = LIGHT[sky]
    GROUND[ground](b, lambda colour: mix(colour, light, share))
