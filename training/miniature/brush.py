"""One brush, five styles: every shape of a scene passes through `Brush.shape`, which decides how the style fills and outlines it."""

import math

import cairo
import numpy as np
from PIL import Image, ImageFilter

SIDE = 256
PIXEL = 4  # edge of one block of the pixel art style
PAPER = (0.985, 0.975, 0.945)
GRAPHITE = (0.22, 0.22, 0.26)
BLUE_PAPER = (0.075, 0.22, 0.50)
BLUE_DEEP = (0.055, 0.17, 0.41)


def rgb(hex_colour):
    """'#rrggbb' -> three floats in 0..1."""
    return tuple(int(hex_colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def mix(a, b, share_of_b):
    return tuple(x + (y - x) * share_of_b for x, y in zip(a, b))


def lighter(colour, amount):
    return mix(colour, (1, 1, 1), amount)


def darker(colour, amount):
    return mix(colour, (0.06, 0.05, 0.14), amount)


class Brush:
    """Draws on a SIDE x SIDE picture in units of picture pixels; `finish` returns uint8 [SIDE, SIDE, 3]."""

    def __init__(self, style, rng):
        self.style = style
        self.rng = rng
        side = SIDE // PIXEL if style == "pixel" else SIDE
        self.surface = cairo.ImageSurface(cairo.FORMAT_RGB24, side, side)
        self.ctx = cairo.Context(self.surface)
        if style == "pixel":
            self.ctx.scale(1 / PIXEL, 1 / PIXEL)
            self.ctx.set_antialias(cairo.ANTIALIAS_NONE)
        self.ctx.set_line_join(cairo.LINE_JOIN_ROUND)
        self.ctx.set_line_cap(cairo.LINE_CAP_ROUND)

    def backdrop(self, stops):
        """Fill the picture with a vertical gradient; stops are (offset 0..1, colour)."""
        ctx = self.ctx
        if self.style == "blueprint":
            ctx.set_source_rgb(*BLUE_PAPER)
            ctx.paint()
            ctx.set_line_width(1.0)
            ctx.set_source_rgba(1, 1, 1, 0.13)
            for i in range(16, SIDE, 32):
                ctx.move_to(i, 0), ctx.line_to(i, SIDE), ctx.move_to(0, i), ctx.line_to(SIDE, i)
            ctx.stroke()
            return
        if self.style == "pixel":  # bands in place of a gradient
            bands = 10
            for k in range(bands):
                ctx.set_source_rgb(*at(stops, (k + 0.5) / bands))
                ctx.rectangle(0, k * 20, SIDE, SIDE)
                ctx.fill()
            return
        gradient = cairo.LinearGradient(0, 0, 0, SIDE)
        for offset, colour in stops:
            if self.style == "pencil":
                colour = mix(colour, PAPER, 0.42)
            if self.style == "watercolour":
                colour = mix(colour, PAPER, 0.18)
            gradient.add_color_stop_rgb(offset, *colour)
        ctx.set_source(gradient)
        ctx.paint()
        if self.style == "pencil":
            self._hatch(0, 0, SIDE, SIDE, PAPER, 0.35, 9, 2.0)

    def shape(self, path, colour, shade=0.14, line=2.2, alpha=1.0, traced=False):
        """Fill the path that `path(ctx)` builds. shade: strength of the soft gradient; line: outline width of styles that outline (0: none);
        traced: what a blueprint, which has only outlines, shows all the same: as a line, or "solid"."""
        ctx, style = self.ctx, self.style
        ctx.new_path()
        path(ctx)
        x0, y0, x1, y1 = ctx.path_extents()
        scale = math.hypot(*ctx.user_to_device_distance(1, 0)) * (PIXEL if style == "pixel" else 1)
        width = line / max(scale, 1e-6)
        if style == "blueprint":
            ctx.set_source_rgba(*((0.93, 0.97, 1) if traced == "solid" else BLUE_DEEP), 0.9 if alpha == 1 else alpha * 0.5)
            ctx.fill_preserve()
            if line or traced:
                ctx.set_line_width(max(width, 1.6 / scale))
                ctx.set_source_rgba(0.93, 0.97, 1, 0.95 * max(alpha, 0.5))
                ctx.stroke()
            ctx.new_path()
            return
        if style == "pixel":
            ctx.set_source_rgba(*colour, alpha)
            ctx.fill_preserve()
            if line > 1.5:
                ctx.set_line_width(PIXEL / scale)
                ctx.set_source_rgb(*darker(colour, 0.5))
                ctx.stroke()
            ctx.new_path()
            return
        if style == "pencil":
            ctx.set_source_rgba(*mix(colour, PAPER, 0.25), alpha)
            ctx.fill_preserve()
            if line:
                ctx.save()
                ctx.clip_preserve()
                outline = ctx.copy_path()
                self._hatch(x0, y0, x1, y1, darker(colour, 0.45), 0.30, 7 / scale, 1.5 / scale)
                ctx.restore()
                ctx.new_path()
                ctx.append_path(outline)
                ctx.set_line_width(2.0 / scale)
                ctx.set_source_rgba(*GRAPHITE, 0.9)
                ctx.stroke()
            ctx.new_path()
            return
        gradient = cairo.LinearGradient(x0, y0, x0 + (x1 - x0) * 0.75, y1)
        if style == "watercolour":
            pale = mix(colour, PAPER, 0.34)
            gradient.add_color_stop_rgba(0, *pale, 0.92 * alpha)
            gradient.add_color_stop_rgba(0.6, *mix(colour, PAPER, 0.06), 0.92 * alpha)
            gradient.add_color_stop_rgba(1, *darker(colour, 0.08), 0.92 * alpha)
            ctx.set_source(gradient)
            ctx.fill_preserve()
            if line:
                ctx.set_line_width(1.9 / scale)
                ctx.set_source_rgba(*darker(colour, 0.28), 0.55 * alpha)
                ctx.stroke()
            ctx.new_path()
            return
        gradient.add_color_stop_rgba(0, *lighter(colour, shade), alpha)
        gradient.add_color_stop_rgba(0.5, *colour, alpha)
        gradient.add_color_stop_rgba(1, *darker(colour, shade), alpha)
        ctx.set_source(gradient)
        ctx.fill()

    def line(self, path, colour, width=2.5, alpha=1.0):
        """Stroke a path; width in picture pixels."""
        ctx, style = self.ctx, self.style
        ctx.new_path()
        path(ctx)
        scale = math.hypot(*ctx.user_to_device_distance(1, 0)) * (PIXEL if style == "pixel" else 1)
        if style == "blueprint":
            colour, width = (0.93, 0.97, 1), min(width, 2.4)
        elif style == "pencil":
            colour = mix(colour, GRAPHITE, 0.35)
        elif style == "pixel":
            width = max(width, PIXEL)
        ctx.set_line_width(width / scale)
        ctx.set_source_rgba(*colour, alpha)
        ctx.stroke()

    def shadow(self, x, y, half_width):
        """The soft ellipse under a thing that stands on the ground."""
        if self.style == "blueprint":
            return
        self.shape(ellipse(x, y, half_width, half_width * 0.16), (0.08, 0.09, 0.2), shade=0, line=0, alpha=0.22)

    def _hatch(self, x0, y0, x1, y1, colour, alpha, gap, width):
        ctx = self.ctx
        ctx.save()
        ctx.set_line_width(width)
        ctx.set_source_rgba(*colour, alpha)
        reach = y1 - y0
        x = x0 - reach
        ctx.new_path()
        while x < x1:
            ctx.move_to(x, y1), ctx.line_to(x + reach, y0)
            x += gap
        ctx.stroke()
        ctx.restore()

    def finish(self):
        side = self.surface.get_width()
        self.surface.flush()
        data = np.ndarray((side, side, 4), np.uint8, bytes(self.surface.get_data()))
        picture = data[:, :, 2::-1].copy()
        if self.style == "pixel":
            return picture.repeat(PIXEL, 0).repeat(PIXEL, 1)
        if self.style == "watercolour":
            return bleed(picture, self.rng)
        return picture


def at(stops, position):
    """The colour of a gradient at a position."""
    for (o0, c0), (o1, c1) in zip(stops, stops[1:]):
        if position <= o1:
            return mix(c0, c1, (position - o0) / max(o1 - o0, 1e-6))
    return stops[-1][1]


def bleed(picture, rng):
    """Watercolour on paper: wobble the edges, let pigment pool, leave a pale rim of paper."""
    noise = np.random.default_rng(rng.randrange(2**32))
    side = picture.shape[0]

    def smooth(cells, amount):
        grid = (noise.random((cells, cells)) * 255).astype(np.uint8)
        field = np.asarray(Image.fromarray(grid).resize((side, side), Image.BICUBIC), np.float32)
        return (field / 255 - 0.5) * 2 * amount

    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    sx = np.clip(np.rint(x + smooth(20, 1.9)), 0, side - 1).astype(int)
    sy = np.clip(np.rint(y + smooth(20, 1.9)), 0, side - 1).astype(int)
    soft = Image.fromarray(picture[sy, sx]).filter(ImageFilter.GaussianBlur(0.9))
    wet = np.asarray(soft, np.float32) * (1 + smooth(7, 0.10) + smooth(17, 0.05))[:, :, None]
    edge = np.minimum(np.minimum(x, side - 1 - x), np.minimum(y, side - 1 - y)) + smooth(14, 5)
    rim = np.clip((edge - 6) / 5, 0, 1)[:, :, None]
    paper = np.array(PAPER, np.float32) * 255
    return np.clip(paper + (wet - paper) * rim, 0, 255).astype(np.uint8)


# Paths -----------------------------------------------------------------------------------------------------------


def ellipse(x, y, rx, ry):
    def path(ctx):
        ctx.save()
        ctx.translate(x, y)
        ctx.scale(max(rx, 1e-4), max(ry, 1e-4))
        ctx.arc(0, 0, 1, 0, 2 * math.pi)
        ctx.close_path()
        ctx.restore()

    return path


def polygon(*points):
    def path(ctx):
        ctx.move_to(*points[0])
        for point in points[1:]:
            ctx.line_to(*point)
        ctx.close_path()

    return path


def polyline(*points):
    def path(ctx):
        ctx.move_to(*points[0])
        for point in points[1:]:
            ctx.line_to(*point)

    return path


def box(x, y, w, h, r=0.0):
    """A rectangle from its left top corner, corners rounded by r."""

    def path(ctx):
        if r <= 0:
            ctx.rectangle(x, y, w, h)
            return
        q = min(r, w / 2, h / 2)
        for cx, cy, turn in ((x + w - q, y + q, -0.5), (x + w - q, y + h - q, 0), (x + q, y + h - q, 0.5), (x + q, y + q, 1)):
            ctx.arc(cx, cy, q, turn * math.pi, (turn + 0.5) * math.pi)
        ctx.close_path()

    return path


def curve(start, *segments, close=True):
    """A path of cubic Bezier segments (x1, y1, x2, y2, x, y) or line points (x, y)."""

    def path(ctx):
        ctx.move_to(*start)
        for segment in segments:
            ctx.curve_to(*segment) if len(segment) == 6 else ctx.line_to(*segment)
        if close:
            ctx.close_path()

    return path


def star(x, y, r, points=5, inner=0.45, turn=-0.5):
    corners = []
    for k in range(points * 2):
        radius = r if k % 2 == 0 else r * inner
        angle = (turn + k / points) * math.pi
        corners.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    return polygon(*corners)
