"""A log plot of costs by size, in plain SVG: read by sight in both schemes, by words in its
description, and without a script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import log10

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 60, 250, 30, 50
_COLOURS = ("#0b5fa5", "#b3261e", "#1b7340", "#7a4bb5", "#8a5a00", "#00697a", "#5b5b66")
_DARK = ("#7cc0ff", "#ff9b94", "#7fdca4", "#cfaeff", "#f0c060", "#6fdcec", "#c4c4cf")
_DASHES = ("", "8 4", "2 4", "12 4 2 4", "6 6", "1 3", "10 2")


def plot(title: str, series: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """One line a series of (size, milliseconds), named at its end."""
    points = [point for line in series.values() for point in line]
    sizes = sorted({size for size, _ in points})
    lowest, highest = min(ms for _, ms in points), max(ms for _, ms in points)
    floor, ceiling = _decade_below(lowest), _decade_above(highest)

    def x(size: int) -> float:
        span = log10(sizes[-1] / sizes[0]) or 1.0
        return LEFT + (WIDTH - LEFT - RIGHT) * log10(size / sizes[0]) / span

    def y(ms: float) -> float:
        return (
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * log10(ms / floor) / log10(ceiling / floor)
        )

    drawn = [*_scheme(), *_axes(sizes, floor, ceiling, x, y)]
    labels = _apart({name: y(line[-1][1]) for name, line in series.items()})
    for rank, (name, line) in enumerate(series.items()):
        path = " ".join(f"{x(size):.1f},{y(ms):.1f}" for size, ms in line)
        drawn.append(
            f'<polyline class="c{rank}" points="{path}" stroke-dasharray="{_DASHES[rank]}"/>'
        )
        drawn += [
            f'<circle class="f{rank}" cx="{x(size):.1f}" cy="{y(ms):.1f}" r="3"/>'
            for size, ms in line
        ]
        drawn.append(
            f'<text class="f{rank}" x="{WIDTH - RIGHT + 12}" y="{labels[name] + 4:.1f}">'
            f"{escape(name)}, {line[-1][1]:.0f} ms</text>"
        )
    words = " ".join(
        f"{name}: " + ", ".join(f"{ms:.1f} ms at {size}" for size, ms in line) + "."
        for name, line in series.items()
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
            'role="img" aria-labelledby="title words">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="words">{escape(words)}</desc>',
            *drawn,
            "</svg>\n",
        ]
    )


def _scheme() -> Iterable[str]:
    def rules(colours: Sequence[str], ink: str, paper: str, grid: str) -> str:
        lines = [
            f".c{rank}{{stroke:{colour}}}.f{rank}{{fill:{colour}}}"
            for rank, colour in enumerate(colours)
        ]
        return f"text{{fill:{ink}}}.paper{{fill:{paper}}}.grid{{stroke:{grid}}}" + "".join(lines)

    yield (
        "<style>text{font:13px system-ui,sans-serif}polyline{fill:none;stroke-width:2}"
        f"{rules(_COLOURS, '#1d1d27', '#ffffff', '#d8d8e0')}"
        "@media(prefers-color-scheme:dark){"
        f"{rules(_DARK, '#ececf2', '#16161d', '#3a3a46')}}}</style>"
    )
    yield f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'


def _axes(sizes: Sequence[int], floor: float, ceiling: float, x, y) -> Iterable[str]:  # type: ignore[no-untyped-def]
    for size in sizes:
        yield (
            f'<line class="grid" x1="{x(size):.1f}" x2="{x(size):.1f}" y1="{TOP}" '
            f'y2="{HEIGHT - BOTTOM}"/>'
            f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">'
            f"{f'{size:,}'.replace(',', chr(160))}</text>"
        )
    ms = floor
    while ms <= ceiling * 1.001:
        yield (
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(ms):.1f}" '
            f'y2="{y(ms):.1f}"/>'
            f'<text x="{LEFT - 8}" y="{y(ms) + 4:.1f}" text-anchor="end">{ms:g}</text>'
        )
        ms *= 10
    yield f'<text x="{LEFT}" y="{TOP - 12}">processor, ms a request</text>'
    yield (
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
        "case files</text>"
    )


def _apart(heights: Mapping[str, float], gap: float = 17) -> dict[str, float]:
    """The same names, none nearer to another than `gap`."""
    placed: dict[str, float] = {}
    last = float("-inf")
    for name, height in sorted(heights.items(), key=lambda pair: pair[1]):
        last = max(height, last + gap)
        placed[name] = last
    return placed


def _decade_below(ms: float) -> float:
    decade = 1.0
    while decade > ms:
        decade /= 10
    while decade * 10 <= ms:
        decade *= 10
    return decade


def _decade_above(ms: float) -> float:
    decade = _decade_below(ms)
    return decade * 10
