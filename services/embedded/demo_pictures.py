"""Pictures for the demo drafts, drawn here: calm shapes and few colours, nobody else's work.

Each is drawn twice as large as it is kept, which smooths its edges. Without lettering, so that no
font has to be there, and so that nothing has to be read from a picture.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageOps

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]

# Pixels of what is kept: upright as most posts are, or square.
UPRIGHT = (1080, 1350)
SQUARE = (1080, 1080)
_FINE = 2

_INK = (43, 58, 85)
_NIGHT = (34, 44, 70)
_PLUM = (109, 91, 123)
_ROSE = (214, 154, 143)
_PEACH = (241, 190, 156)
_CREAM = (250, 236, 216)
_SAND = (226, 205, 178)
_SAGE = (150, 180, 160)
_MOSS = (86, 122, 108)
_TEAL = (61, 118, 126)
_MIST = (205, 220, 222)
_EVENING = (_PLUM, _ROSE, _PEACH)


class _Canvas:
    """A picture while it is drawn; places and lengths are shares of its width and height."""

    def __init__(self, size: tuple[int, int], sky: Sequence[Colour]) -> None:
        self.width, self.height = size[0] * _FINE, size[1] * _FINE
        self.image = _blend((self.width, self.height), sky)
        self.draw = ImageDraw.Draw(self.image)

    def finish(self) -> bytes:
        """The picture as a JPEG file."""
        out = io.BytesIO()
        self.image.reduce(_FINE).save(out, "JPEG", quality=90)
        return out.getvalue()

    def circle(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A disc; the radius is a share of the width."""
        cx, cy, r = x * self.width, y * self.height, radius * self.width
        self.draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=fill)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Light that fades outwards; `strength` from 0 to 1 in its middle."""
        r = round(radius * self.width)
        light = ImageOps.invert(Image.radial_gradient("L")).point(
            # The gradient ends in the corners of its square; the light ends at its sides.
            lambda value: round(max(0.0, (value / 255 - 0.3) / 0.7) ** 1.6 * 255 * strength)
        )
        place = (round(x * self.width) - r, round(y * self.height) - r)
        mask = light.resize((2 * r, 2 * r), Image.Resampling.BILINEAR)
        self.image.paste(colour, (*place, place[0] + 2 * r, place[1] + 2 * r), mask)

    def hills(self, base: float, height: float, waves: float, shift: float, fill: Colour) -> None:
        """Rolling ground from `base` down to the lower edge."""
        line = [
            (x * self.width, (base - height * _roll(x * waves + shift)) * self.height)
            for x in (step / 90 for step in range(91))
        ]
        self.draw.polygon([*line, (self.width, self.height), (0, self.height)], fill=fill)

    def box(self, box: Box, fill: Colour, *, round_by: float = 0.0) -> None:
        """A rectangle from its left, upper, right and lower side."""
        left, top, right, bottom = box
        corners = (left * self.width, top * self.height, right * self.width, bottom * self.height)
        self.draw.rounded_rectangle(corners, round_by * self.width, fill=fill)


def _roll(at: float) -> float:
    return math.sin(at) * 0.65 + math.sin(at * 2.3 + 1.1) * 0.35


def _blend(size: tuple[int, int], colours: Sequence[Colour]) -> Image.Image:
    """Colours that run into each other from top to bottom."""
    strip = Image.new("RGB", (1, len(colours)))
    strip.putdata(list(colours))
    # Past the middle of its first and last point a strip would stay as it is.
    inner = (0, 0.5, 1, len(colours) - 0.5)
    return strip.resize(size, Image.Resampling.BILINEAR, box=inner)


def _draw_window() -> bytes:
    """A cup on a sill, evening outside."""
    canvas = _Canvas(UPRIGHT, [(236, 222, 204), _SAND])
    canvas.box((0.14, 0.08, 0.86, 0.72), _CREAM, round_by=0.02)
    left, top = round(0.18 * canvas.width), round(0.105 * canvas.height)
    view = _Canvas((canvas.width // 2 - left, round(0.295 * canvas.height)), _EVENING)
    view.glow(0.68, 0.60, 0.42, _CREAM, 0.8)
    view.circle(0.68, 0.60, 0.075, _CREAM)
    view.hills(0.78, 0.05, 5, 0.4, (150, 112, 128))
    view.hills(0.88, 0.05, 6, 2.1, _INK)
    canvas.image.paste(view.image, (left, top))
    canvas.box((0.49, 0.09, 0.51, 0.71), _CREAM)
    canvas.box((0.16, 0.385, 0.84, 0.40), _CREAM)
    canvas.box((0.06, 0.72, 0.94, 0.76), (244, 228, 206), round_by=0.01)
    canvas.box((0.06, 0.757, 0.94, 0.775), (204, 180, 152), round_by=0.01)
    canvas.box((0.08, 0.775, 0.92, 1.0), (214, 192, 164))
    _draw_cup(canvas)
    return canvas.finish()


def _draw_cup(canvas: _Canvas) -> None:
    handle = (0.40, 0.585, 0.52, 0.68)
    for inset, colour in ((0.0, _TEAL), (0.024, _SAND)):
        canvas.draw.ellipse(
            (
                (handle[0] + inset) * canvas.width,
                (handle[1] + inset * 0.8) * canvas.height,
                (handle[2] - inset) * canvas.width,
                (handle[3] - inset * 0.8) * canvas.height,
            ),
            fill=colour,
        )
    canvas.box((0.24, 0.57, 0.46, 0.72), _TEAL, round_by=0.05)
    canvas.box((0.24, 0.565, 0.46, 0.60), _TEAL, round_by=0.02)
    canvas.box((0.26, 0.572, 0.44, 0.588), (122, 84, 66), round_by=0.01)
    for number in range(3):
        x = 0.30 + number * 0.05
        for step in range(14):
            up = step / 14
            sway = math.sin(up * 5 + number * 1.3) * 0.012
            canvas.glow(x + sway, 0.555 - up * 0.13, 0.022, _CREAM, 0.30 * (1 - up))


def _draw_breath() -> bytes:
    """Rings that grow, as a breath does."""
    canvas = _Canvas(UPRIGHT, [(224, 234, 232), _MIST, (178, 204, 206)])
    for number in range(4):
        shade = _mix((196, 217, 216), _TEAL, number / 4)
        canvas.circle(0.5, 0.5, 0.42 - number * 0.08, shade)
    canvas.glow(0.5, 0.5, 0.17, _CREAM, 0.85)
    canvas.circle(0.5, 0.5, 0.06, _CREAM)
    return canvas.finish()


def _draw_dusk() -> bytes:
    """Hills one behind the other, a moon, and its path on a lake."""
    canvas = _Canvas(UPRIGHT, [_NIGHT, _PLUM, _ROSE, _PEACH, _PEACH])
    canvas.glow(0.66, 0.30, 0.34, _CREAM, 0.65)
    canvas.circle(0.66, 0.30, 0.075, _CREAM)
    canvas.hills(0.56, 0.05, 4.2, 0.3, (168, 122, 134))
    canvas.hills(0.63, 0.045, 5.1, 1.9, (118, 92, 120))
    canvas.hills(0.70, 0.035, 6.0, 3.4, (72, 68, 102))
    lake = _blend((canvas.width, round(canvas.height * 0.26)), [(132, 108, 132), _INK])
    canvas.image.paste(lake, (0, canvas.height - lake.height))
    for number in range(9):
        half = 0.028 + number * 0.009
        y = 0.765 + number * 0.021
        shade = _mix(_CREAM, (120, 104, 128), number / 10)
        canvas.box((0.66 - half, y, 0.66 + half, y + 0.006), shade, round_by=0.004)
    canvas.hills(0.985, 0.03, 3.0, 0.8, _NIGHT)
    return canvas.finish()


def _draw_voices() -> bytes:
    """Two speech bubbles that share a part."""
    canvas = _Canvas(SQUARE, [_CREAM, (244, 222, 200)])
    one, other = _bubble(canvas, 0.38, 0.43, -1), _bubble(canvas, 0.62, 0.55, 1)
    canvas.image.paste(_TEAL, mask=one)
    canvas.image.paste(_ROSE, mask=other)
    canvas.image.paste(_PLUM, mask=ImageChops.multiply(one, other))
    for x, y in ((0.26, 0.40), (0.34, 0.40)):
        canvas.circle(x, y, 0.018, _CREAM)
    for x, y in ((0.68, 0.58), (0.76, 0.58)):
        canvas.circle(x, y, 0.018, _CREAM)
    canvas.circle(0.5, 0.49, 0.026, _PEACH)
    return canvas.finish()


def _bubble(canvas: _Canvas, x: float, y: float, side: int) -> Image.Image:
    """The shape of a speech bubble; its tail hangs to the left (-1) or to the right (1)."""
    mask = Image.new("L", canvas.image.size)
    draw = ImageDraw.Draw(mask)
    wide, high = 0.27, 0.23
    w, h = canvas.width, canvas.height
    draw.ellipse(((x - wide) * w, (y - high) * h, (x + wide) * w, (y + high) * h), fill=255)
    foot = (x + side * 0.23, y + 0.33)
    tail = ((x + side * 0.06, y + 0.18), (x + side * 0.20, y + 0.12), foot)
    draw.polygon([(px * w, py * h) for px, py in tail], fill=255)
    return mask


def _draw_notes() -> bytes:
    """Three notes and a clock of which a small part is marked."""
    canvas = _Canvas(SQUARE, [(226, 236, 228), (196, 214, 202)])
    for number in range(3):
        top = 0.20 + number * 0.215
        canvas.box((0.105, top + 0.008, 0.535, top + 0.178), (176, 196, 184), round_by=0.02)
        canvas.box((0.10, top, 0.53, top + 0.17), _CREAM, round_by=0.02)
        canvas.circle(0.165, top + 0.085, 0.028, (_ROSE, _PEACH, _SAGE)[number])
        for line, length in enumerate((0.25, 0.18)):
            y = top + 0.055 + line * 0.045
            canvas.box((0.225, y, 0.225 + length, y + 0.016), _SAND, round_by=0.008)
    canvas.circle(0.745, 0.50, 0.175, _MOSS)
    canvas.circle(0.745, 0.50, 0.150, _CREAM)
    face = [(c - 0.128) * canvas.width for c in (0.745, 0.50)]
    far = [(c + 0.128) * canvas.width for c in (0.745, 0.50)]
    # Eight of sixty minutes.
    canvas.draw.pieslice((*face, *far), -90, -90 + 48, fill=_PEACH)
    canvas.circle(0.745, 0.50, 0.016, _MOSS)
    return canvas.finish()


def _draw_dawn() -> bytes:
    """A sun half out of a quiet sea."""
    canvas = _Canvas(UPRIGHT, [(120, 158, 172), _MIST, _CREAM, _PEACH])
    canvas.glow(0.5, 0.64, 0.46, _CREAM, 0.9)
    canvas.circle(0.5, 0.64, 0.15, (250, 214, 168))
    sea = _blend((canvas.width, round(canvas.height * 0.36)), [(136, 168, 172), _TEAL, _INK])
    canvas.image.paste(sea, (0, canvas.height - sea.height))
    for number in range(10):
        half = 0.15 - number * 0.012 + 0.02 * (number % 2)
        y = 0.655 + number * 0.026
        shade = _mix((244, 214, 178), _TEAL, number / 11)
        canvas.box((0.5 - half, y, 0.5 + half, y + 0.007), shade, round_by=0.005)
    return canvas.finish()


def _draw_leaf() -> bytes:
    """A branch with leaves, some lighter than others."""
    canvas = _Canvas(SQUARE, [_CREAM, (232, 226, 204)])
    canvas.draw.line(
        [
            ((0.5 + math.sin(step / 7) * 0.04) * canvas.width, (0.9 - step * 0.02) * canvas.height)
            for step in range(38)
        ],
        fill=_MOSS,
        width=round(canvas.width * 0.012),
        joint="curve",
    )
    for number in range(8):
        side = 1 if number % 2 else -1
        step = 6 + number * 4
        x, y = 0.5 + math.sin(step / 7) * 0.04, 0.9 - step * 0.02
        length = 0.27 - number * 0.017
        shade = (_MOSS, _SAGE, _TEAL, (178, 200, 172))[number % 4]
        canvas.draw.polygon(_leaf(canvas, (x, y), side, length), fill=shade)
    return canvas.finish()


def _leaf(
    canvas: _Canvas, foot: tuple[float, float], side: int, length: float
) -> list[tuple[float, float]]:
    angle = math.radians(-32)
    points = []
    for step in range(41):
        along = step / 20 if step <= 20 else (40 - step) / 20
        across = math.sin(along * math.pi) * 0.22 * (1 if step <= 20 else -1)
        x = along * math.cos(angle) - across * math.sin(angle)
        y = along * math.sin(angle) + across * math.cos(angle)
        points.append(
            ((foot[0] + side * x * length) * canvas.width, (foot[1] + y * length) * canvas.height)
        )
    return points


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


PICTURES: dict[str, Callable[[], bytes]] = {
    "window": _draw_window,
    "breath": _draw_breath,
    "dusk": _draw_dusk,
    "voices": _draw_voices,
    "notes": _draw_notes,
    "dawn": _draw_dawn,
    "leaf": _draw_leaf,
}
