"""The things of the world. Each draws itself standing on (0, 0), one unit high, in its main colour; y points down."""

import math

from .brush import box, curve, darker, ellipse, lighter, mix, polygon, polyline

CREAM = (0.99, 0.95, 0.82)
WOOD = (0.50, 0.33, 0.22)
STEEL = (0.62, 0.66, 0.72)
INK = (0.13, 0.13, 0.19)
SNOW = (0.97, 0.97, 0.98)
GLASS = (0.70, 0.88, 0.96)
GOLD = (0.98, 0.80, 0.30)
LEAF = (0.25, 0.56, 0.30)
BLOOD = (0.72, 0.05, 0.09)


def accent(colour):
    """A trim that stays visible beside the main colour: darker, or lighter where the colour is nearly black."""
    return lighter(colour, 0.35) if sum(colour) < 0.8 else darker(colour, 0.35)


def house(b, c):
    b.shape(box(0.17, -0.98, 0.12, 0.3), WOOD)
    b.shape(box(-0.4, -0.56, 0.8, 0.56), c)
    b.shape(polygon((-0.52, -0.54), (0, -0.97), (0.52, -0.54)), accent(c))
    b.shape(box(-0.09, -0.32, 0.18, 0.32), WOOD, line=1.6)
    for x in (-0.31, 0.15):
        b.shape(box(x, -0.42, 0.16, 0.18), CREAM, line=1.6)


def tree(b, c):
    b.shape(polygon((-0.07, 0), (-0.055, -0.5), (0.055, -0.5), (0.07, 0)), WOOD)
    for x, y, r in ((-0.22, -0.5, 0.21), (0.22, -0.5, 0.21), (0, -0.72, 0.28)):
        b.shape(ellipse(x, y, r, r), c)
    b.shape(ellipse(0, -0.5, 0.22, 0.17), c, line=0)
    for x, y in ((-0.12, -0.78), (0.1, -0.62), (-0.24, -0.5), (0.22, -0.46)):
        b.shape(ellipse(x, y, 0.035, 0.035), lighter(c, 0.35), line=0)


def car(b, c):
    b.shape(curve((-0.4, -0.38), (-0.32, -0.72, -0.24, -0.72, -0.12, -0.72), (0.12, -0.72), (0.26, -0.72, 0.3, -0.6, 0.4, -0.38)), c)
    b.shape(polygon((-0.28, -0.4), (-0.2, -0.63), (-0.03, -0.63), (-0.03, -0.4)), GLASS, line=1.6)
    b.shape(polygon((0.04, -0.4), (0.04, -0.63), (0.17, -0.63), (0.28, -0.4)), GLASS, line=1.6)
    b.shape(box(-0.62, -0.42, 1.24, 0.3, 0.11), c)
    b.shape(ellipse(0.56, -0.31, 0.05, 0.045), CREAM, line=0)
    for x in (-0.34, 0.34):
        b.shape(ellipse(x, -0.13, 0.15, 0.15), INK)
        b.shape(ellipse(x, -0.13, 0.065, 0.065), STEEL, line=0)


def boat(b, c):
    b.line(polyline((0, -0.26), (0, -0.98)), WOOD, 3.5)
    b.shape(curve((0.05, -0.95), (0.36, -0.72, 0.42, -0.5, 0.42, -0.34), (0.05, -0.34)), SNOW)
    b.shape(curve((-0.05, -0.86), (-0.26, -0.66, -0.32, -0.5, -0.34, -0.34), (-0.05, -0.34)), c)
    b.shape(curve((-0.52, -0.26), (0.54, -0.26), (0.46, -0.08, 0.36, 0, 0.26, 0), (-0.26, 0), (-0.4, 0, -0.48, -0.12, -0.52, -0.26)), c)
    b.shape(polygon((-0.5, -0.2), (0.52, -0.2), (0.49, -0.145), (-0.47, -0.145)), lighter(c, 0.6), line=0)


def balloon(b, c):
    b.line(polyline((-0.14, -0.36), (-0.085, -0.16)), WOOD, 1.8)
    b.line(polyline((0.14, -0.36), (0.085, -0.16)), WOOD, 1.8)
    b.shape(curve((-0.12, -0.32), (-0.3, -0.42, -0.38, -0.54, -0.38, -0.66), (-0.38, -0.87, -0.2, -1, 0, -1), (0.2, -1, 0.38, -0.87, 0.38, -0.66), (0.38, -0.54, 0.3, -0.42, 0.12, -0.32)), c)
    stripe = lighter(c, 0.62) if sum(c) < 2.5 else mix(c, (0.75, 0.78, 0.85), 0.6)
    b.shape(curve((-0.055, -0.32), (-0.2, -0.55, -0.16, -0.9, 0, -1), (0.16, -0.9, 0.2, -0.55, 0.055, -0.32)), stripe, line=1.4)
    b.shape(box(-0.1, -0.17, 0.2, 0.17, 0.03), WOOD)


def flower(b, c):
    b.line(polyline((0, 0), (0, -0.55)), LEAF, 4.5)
    b.shape(curve((0, -0.1), (-0.1, -0.3, -0.26, -0.32, -0.34, -0.3), (-0.28, -0.14, -0.14, -0.06, 0, -0.1)), LEAF)
    b.shape(curve((0, -0.16), (0.1, -0.34, 0.26, -0.36, 0.33, -0.34), (0.28, -0.18, 0.14, -0.1, 0, -0.16)), LEAF)
    for k in range(6):
        a = k * math.pi / 3 + 0.26
        b.shape(ellipse(0.2 * math.cos(a), -0.68 + 0.2 * math.sin(a), 0.135, 0.135), c)
    b.shape(ellipse(0, -0.68, 0.125, 0.125), GOLD if abs(c[0] - GOLD[0]) + abs(c[1] - GOLD[1]) > 0.15 else WOOD)


def rocket(b, c):
    b.shape(curve((-0.1, -0.17), (-0.13, -0.05, -0.04, -0.03, 0, 0), (0.04, -0.03, 0.13, -0.05, 0.1, -0.17)), (1, 0.68, 0.2), line=0)
    b.shape(curve((-0.14, -0.5), (-0.3, -0.4, -0.3, -0.24, -0.3, -0.14), (-0.12, -0.24)), accent(c))
    b.shape(curve((0.14, -0.5), (0.3, -0.4, 0.3, -0.24, 0.3, -0.14), (0.12, -0.24)), accent(c))
    b.shape(curve((-0.13, -0.18), (-0.24, -0.5, -0.2, -0.8, 0, -1), (0.2, -0.8, 0.24, -0.5, 0.13, -0.18)), c)
    b.shape(curve((-0.135, -0.8), (-0.09, -0.9, -0.05, -0.96, 0, -1), (0.05, -0.96, 0.09, -0.9, 0.135, -0.8)), accent(c), line=1.4)
    b.shape(ellipse(0, -0.6, 0.095, 0.095), SNOW)
    b.shape(ellipse(0, -0.6, 0.06, 0.06), GLASS, line=0)


def robot(b, c):
    b.line(polyline((0, -0.9), (0, -0.99)), STEEL, 2.5)
    b.shape(ellipse(0, -0.97, 0.04, 0.04), GOLD, line=0)
    for x in (-0.22, 0.08):
        b.shape(box(x, -0.16, 0.14, 0.16, 0.03), STEEL)
    for x in (-0.43, 0.31):
        b.shape(box(x, -0.52, 0.12, 0.32, 0.06), STEEL)
    b.shape(box(-0.3, -0.56, 0.6, 0.42, 0.07), c)
    b.shape(box(-0.25, -0.91, 0.5, 0.33, 0.08), c)
    b.shape(box(-0.18, -0.84, 0.36, 0.17, 0.07), INK, line=0)
    for x in (-0.09, 0.09):
        b.shape(ellipse(x, -0.755, 0.05, 0.05), GLASS, line=0)
    b.shape(box(-0.13, -0.46, 0.26, 0.15, 0.03), CREAM, line=1.4)


def cat(b, c):
    b.line(curve((0.22, -0.1), (0.5, -0.05, 0.5, -0.38, 0.38, -0.5), close=False), darker(c, 0.12) if sum(c) > 0.8 else lighter(c, 0.12), 7)
    b.shape(curve((-0.27, 0), (-0.32, -0.4, -0.16, -0.58, 0, -0.58), (0.16, -0.58, 0.32, -0.4, 0.27, 0)), c)
    b.shape(polygon((-0.27, -0.7), (-0.25, -1), (-0.03, -0.86)), c)
    b.shape(polygon((0.27, -0.7), (0.25, -1), (0.03, -0.86)), c)
    b.shape(ellipse(0, -0.68, 0.285, 0.23), c)
    b.shape(ellipse(0, -0.2, 0.13, 0.19), lighter(c, 0.5), line=0)
    for x in (-0.115, 0.115):
        b.shape(ellipse(x, -0.71, 0.058, 0.064), SNOW if sum(c) < 2.5 else GLASS, line=0)
        b.shape(ellipse(x, -0.71, 0.034, 0.05), INK, line=0)
    b.shape(polygon((-0.035, -0.62), (0.035, -0.62), (0, -0.575)), (0.93, 0.5, 0.55), line=0)
    for x in (-0.1, 0.1):
        b.shape(ellipse(x, -0.03, 0.085, 0.05), lighter(c, 0.35), line=1.2)


def fish(b, c):
    b.shape(polygon((0.28, -0.5), (0.62, -0.78), (0.54, -0.5), (0.62, -0.22)), accent(c))
    b.shape(curve((-0.1, -0.72), (0.02, -0.98, 0.2, -0.92, 0.24, -0.66)), accent(c))
    b.shape(curve((-0.56, -0.48), (-0.4, -0.9, 0.16, -0.86, 0.4, -0.5), (0.16, -0.14, -0.4, -0.1, -0.56, -0.48)), c)
    b.shape(curve((-0.02, -0.46), (0.14, -0.46, 0.22, -0.34, 0.2, -0.26), (0.08, -0.26, 0, -0.34, -0.02, -0.46)), accent(c), line=1.2)
    b.line(curve((-0.26, -0.72), (-0.17, -0.58, -0.17, -0.4, -0.26, -0.25), close=False), lighter(c, 0.55), 2.4)
    b.shape(ellipse(-0.38, -0.55, 0.075, 0.075), SNOW, line=0.9)
    b.shape(ellipse(-0.385, -0.55, 0.042, 0.042), INK, line=0)


def castle(b, c):
    for x in (-0.5, 0.28):
        b.shape(box(x, -0.66, 0.22, 0.66), c)
        b.shape(polygon((x - 0.05, -0.65), (x + 0.11, -0.92), (x + 0.27, -0.65)), accent(c))
    b.shape(box(-0.29, -0.46, 0.58, 0.46), c)
    for x in (-0.27, -0.13, 0.01, 0.15):
        b.shape(box(x, -0.54, 0.1, 0.1), c, line=1.2)
    b.line(polyline((0, -0.5), (0, -0.99)), WOOD, 2.4)
    b.shape(polygon((0.01, -0.98), (0.2, -0.9), (0.01, -0.82)), accent(c), line=1.2)
    b.shape(curve((-0.11, 0), (-0.11, -0.2), (-0.11, -0.34, 0.11, -0.34, 0.11, -0.2), (0.11, 0)), WOOD)
    for x in (-0.39, 0.39):
        b.shape(ellipse(x, -0.42, 0.045, 0.07), CREAM, line=1.2)


def mushroom(b, c):
    b.shape(curve((-0.16, -0.5), (-0.1, -0.2, -0.2, -0.05, -0.18, 0), (0.18, 0), (0.2, -0.05, 0.1, -0.2, 0.16, -0.5)), CREAM)
    b.shape(curve((-0.48, -0.42), (-0.5, -0.78, -0.26, -0.98, 0, -0.98), (0.26, -0.98, 0.5, -0.78, 0.48, -0.42), (0.3, -0.34, -0.3, -0.34, -0.48, -0.42)), c)
    dots = SNOW if sum(c) < 2.5 else (0.78, 0.76, 0.8)
    for x, y, r in ((-0.24, -0.6, 0.085), (0.06, -0.78, 0.1), (0.29, -0.56, 0.075), (0.02, -0.5, 0.055)):
        b.shape(ellipse(x, y, r, r * 0.9), dots, line=0.9)


def bird(b, c):
    b.shape(polygon((0.22, -0.46), (0.6, -0.56), (0.58, -0.3)), accent(c))
    b.shape(curve((-0.4, -0.5), (-0.36, -0.16, 0.22, -0.1, 0.36, -0.46), (0.2, -0.66, -0.1, -0.66, -0.16, -0.66)), c)
    b.shape(ellipse(-0.28, -0.62, 0.2, 0.19), c)
    b.shape(curve((-0.06, -0.52), (0.06, -0.86, 0.26, -0.98, 0.44, -0.98), (0.44, -0.72, 0.3, -0.46, 0.14, -0.38)), accent(c))
    b.shape(polygon((-0.46, -0.67), (-0.66, -0.59), (-0.45, -0.54)), GOLD, line=1.2)
    b.shape(ellipse(-0.33, -0.66, 0.05, 0.05), SNOW, line=0)
    b.shape(ellipse(-0.335, -0.66, 0.03, 0.03), INK, line=0)


def butterfly(b, c):
    for s in (-1, 1):
        b.shape(curve((0, -0.5), (s * 0.12, -0.95, s * 0.58, -1.06, s * 0.58, -0.78), (s * 0.58, -0.56, s * 0.25, -0.48, 0, -0.48)), c)
        b.shape(curve((0, -0.48), (s * 0.3, -0.48, s * 0.5, -0.36, s * 0.42, -0.16), (s * 0.34, 0.02, s * 0.1, -0.12, 0, -0.42)), c)
        b.shape(ellipse(s * 0.36, -0.75, 0.1, 0.09), lighter(c, 0.6) if sum(c) < 2.5 else GOLD, line=0)
        b.shape(ellipse(s * 0.26, -0.28, 0.07, 0.07), accent(c), line=0)
        b.line(curve((0, -0.72), (s * 0.04, -0.86, s * 0.08, -0.92, s * 0.15, -0.95), close=False), INK, 2)
    b.shape(ellipse(0, -0.48, 0.05, 0.27), INK, line=1.2)


def umbrella(b, c):
    b.line(polyline((0, -0.5), (0, -0.1)), WOOD, 4)
    b.line(curve((0, -0.12), (0, 0.02, 0.16, 0.02, 0.16, -0.1), close=False), WOOD, 4)
    top = [(-0.54, -0.44), (-0.52, -0.8, -0.26, -0.95, 0, -0.95), (0.26, -0.95, 0.52, -0.8, 0.54, -0.44)]
    scallops = [(0.48, -0.52, 0.3, -0.52, 0.19, -0.44), (0.1, -0.52, -0.1, -0.52, -0.19, -0.44), (-0.3, -0.52, -0.48, -0.52, -0.54, -0.44)]
    b.shape(curve(*top, *scallops), c)
    b.shape(curve((-0.19, -0.44), (-0.2, -0.7, -0.08, -0.9, 0, -0.95), (0.08, -0.9, 0.2, -0.7, 0.19, -0.44), (0.1, -0.52, -0.1, -0.52, -0.19, -0.44)), lighter(c, 0.4) if sum(c) < 2.5 else (0.85, 0.85, 0.9), line=1.2)
    b.line(polyline((0, -0.95), (0, -1)), WOOD, 3)


def lighthouse(b, c):
    b.shape(polygon((-0.22, 0), (-0.14, -0.7), (0.14, -0.7), (0.22, 0)), c)
    stripe = SNOW if sum(c) < 2.5 else (0.72, 0.76, 0.84)
    for y0, y1 in ((-0.2, -0.32), (-0.46, -0.58)):
        w0, w1 = 0.22 + y0 * 0.08 / 0.7, 0.22 + y1 * 0.08 / 0.7
        b.shape(polygon((-w0, y0), (-w1, y1), (w1, y1), (w0, y0)), stripe, line=0)
    b.shape(box(-0.2, -0.74, 0.4, 0.06), INK, line=1)
    b.shape(box(-0.11, -0.89, 0.22, 0.16), GOLD, line=1.4)
    b.shape(curve((-0.16, -0.88), (-0.12, -0.98, -0.06, -1, 0, -1), (0.06, -1, 0.12, -0.98, 0.16, -0.88)), c)
    b.shape(curve((-0.06, 0), (-0.06, -0.1), (-0.06, -0.18, 0.06, -0.18, 0.06, -0.1), (0.06, 0)), INK, line=1)


# Stand-ins for harm: what makes them recognisable is traced, or a blueprint of a skull would be a ball on four legs.


def skull(b, _):
    bone = (0.93, 0.91, 0.84)
    b.shape(box(-0.22, -0.34, 0.44, 0.32, 0.06), bone)
    b.shape(ellipse(0, -0.62, 0.42, 0.37), bone)
    for x in (-0.17, 0.17):
        b.shape(ellipse(x, -0.57, 0.115, 0.125), INK, line=0, traced="solid")
    b.shape(polygon((-0.06, -0.34), (0, -0.46), (0.06, -0.34)), INK, line=0, traced="solid")
    for x in (-0.1, 0, 0.1):
        b.line(polyline((x, -0.24), (x, -0.04)), INK, 2.2)


def knife(b, _):
    b.shape(curve((-0.11, -0.34), (-0.11, -0.75, -0.02, -0.95, 0.12, -1), (0.12, -0.34)), (0.86, 0.89, 0.93))
    b.shape(curve((-0.11, -0.5), (-0.1, -0.8, -0.02, -0.95, 0.12, -1), (0.12, -0.72), (0.06, -0.6, 0.02, -0.8, -0.02, -0.62), (-0.05, -0.5, -0.08, -0.62, -0.11, -0.5)), BLOOD, traced="solid")
    b.shape(box(-0.17, -0.36, 0.34, 0.06, 0.02), INK, line=1)
    b.shape(box(-0.09, -0.31, 0.2, 0.31, 0.06), WOOD)
    for x, y, r in ((-0.3, -0.1, 0.07), (0.3, -0.04, 0.09), (-0.2, -0.66, 0.045), (-0.22, 0, 0.05)):
        b.shape(ellipse(x, y, r, r * 0.8), BLOOD, line=0, traced="solid")


def biohazard(b, _):
    b.shape(polygon((-0.03, 0), (-0.03, -0.3), (0.03, -0.3), (0.03, 0)), STEEL, line=1)
    b.shape(polygon((0, -1.02), (0.58, -0.1), (-0.58, -0.1)), INK)
    b.shape(polygon((0, -0.92), (0.48, -0.155), (-0.48, -0.155)), (0.99, 0.80, 0.10), line=0, traced="solid")
    for k in range(3):
        a = (-0.5 + k * 2 / 3) * math.pi
        x, y = 0.12 * math.cos(a), -0.4 + 0.12 * math.sin(a)
        b.shape(ellipse(x, y, 0.135, 0.135), INK, line=0, traced=True)
    for k in range(3):
        a = (-0.5 + k * 2 / 3) * math.pi
        x, y = 0.17 * math.cos(a), -0.4 + 0.17 * math.sin(a)
        b.shape(ellipse(x, y, 0.09, 0.09), (0.99, 0.80, 0.10), line=0, traced=True)
    b.shape(ellipse(0, -0.4, 0.045, 0.045), (0.99, 0.80, 0.10), line=0, traced=True)


DRAW = {
    f.__name__: f
    for f in (house, tree, car, boat, balloon, flower, rocket, robot, cat, fish, castle, mushroom, bird, butterfly, umbrella, lighthouse, skull, knife, biohazard)
}

