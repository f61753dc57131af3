"""Draw the portal's mark as the pictures that browsers want: python -m tools.icons

The same drawing as static/img/favicon.svg, on its grid of 32. The pictures are committed, so
this runs only when the mark changes.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw

IMAGES = Path(__file__).resolve().parents[1] / "static" / "img"
GRID = 32
OVERSAMPLING = 8
LOIRE, SAFRAN, WHITE = "#005a66", "#ffb81c", "#ffffff"
STROKE = 3

Point = tuple[float, float]

# The two Bézier curves of the wave: M6 20 c4-4 8-4 10-1 s6 3 10-1
WAVE: tuple[tuple[Point, Point, Point, Point], ...] = (
    ((6, 20), (10, 16), (14, 16), (16, 19)),
    ((16, 19), (18, 22), (22, 22), (26, 18)),
)
CROSS: tuple[tuple[Point, Point], ...] = (((16, 5.5), (16, 14)), ((11.75, 9.75), (20.25, 9.75)))


def draw_mark(size: int, *, rounded: bool) -> Image.Image:
    """The mark in `size` pixels; phones round the corners themselves (`rounded=False`)."""
    scale = size * OVERSAMPLING / GRID
    image = Image.new("RGBA", (size * OVERSAMPLING,) * 2)
    pen = ImageDraw.Draw(image)
    radius = 8 * scale if rounded else 0
    pen.rounded_rectangle((0, 0, GRID * scale, GRID * scale), radius, fill=LOIRE)
    for curve in WAVE:
        _stroke(pen, [_on_curve(curve, step / 60) for step in range(61)], SAFRAN, scale)
    for start, end in CROSS:
        ends = [(start, end, step / 60) for step in range(61)]
        _stroke(pen, [_between(a, b, t) for a, b, t in ends], WHITE, scale)
    small = image.resize((size, size), Image.Resampling.LANCZOS)
    return small.quantize(64, method=Image.Quantize.FASTOCTREE)


def _on_curve(curve: tuple[Point, Point, Point, Point], t: float) -> Point:
    points = list(curve)
    while len(points) > 1:
        points = [_between(a, b, t) for a, b in pairwise(points)]
    return points[0]


def _between(a: Point, b: Point, t: float) -> Point:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def _stroke(pen: ImageDraw.ImageDraw, points: list[Point], colour: str, scale: float) -> None:
    half = STROKE / 2
    for x, y in points:
        box = tuple(value * scale for value in (x - half, y - half, x + half, y + half))
        pen.ellipse(box, fill=colour)


def main() -> None:
    for size in (192, 512):
        draw_mark(size, rounded=True).save(IMAGES / f"icon-{size}.png", optimize=True)
    draw_mark(180, rounded=False).save(IMAGES / "apple-touch-icon.png", optimize=True)
    sizes = [(size, size) for size in (16, 32, 48)]
    draw_mark(48, rounded=True).convert("RGBA").save(IMAGES / "favicon.ico", sizes=sizes)


if __name__ == "__main__":
    main()
