"""A log plot of costs by size, in plain SVG: read by sight in both schemes and on a phone, by words
in its description, and without a script. Each line bears its name and its last cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

# Narrow and in large letters: at 360 px wide, the smallest of them are still 10 px high.
WIDTH, HEIGHT = 690, 540
LEFT, RIGHT, TOP, BOTTOM = 58, 342, 48, 62
GAP = 22.0
# Told apart without colour too, by their dashes; no two neighbours differ by red and green alone.
_LIGHT = ("#0b5fa5", "#a4460b", "#1b6e3c", "#7a3fa8", "#7d5a00", "#00606f", "#55555f", "#a8195b")
_DARK = ("#7cc0ff", "#ffab76", "#7fdca4", "#d0b3ff", "#f0c860", "#74e0f0", "#c8c8d2", "#ff9cc4")
_DASHES = ("", "9 4", "2 4", "12 4 2 4", "6 6", "1 3", "10 2", "4 2 1 2")
Series = Mapping[str, Sequence[tuple[int, float]]]
Scale = Callable[[float], float]


def plot(title: str, series: Series) -> str:
    """One line a series of (size, milliseconds), at most eight."""
    points = [point for line in series.values() for point in line]
    sizes = sorted({size for size, _ in points})
    low, high = decades(min(ms for _, ms in points), max(ms for _, ms in points))
    x = _scale(sizes[0], sizes[-1], LEFT + 8, WIDTH - RIGHT)
    y = _scale(low, high, HEIGHT - BOTTOM, TOP)
    words = " ".join(
        f"{name}: " + ", ".join(f"{ms:.1f} ms at {size}" for size, ms in line) + "."
        for name, line in series.items()
    )
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        'role="img" aria-labelledby="title words">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="words">{escape(words)}</desc>',
        *_scheme(),
        *_axes(sizes, low, high, x, y),
        *_lines(series, x, y),
        "</svg>\n",
    ]
    return "\n".join(drawn)


def decades(lowest: float, highest: float) -> tuple[float, float]:
    """The powers of ten that hold both; two at least."""
    first = floor(log10(lowest))
    return 10.0**first, 10.0 ** max(ceil(log10(highest)), first + 1)


def apart(
    heights: Mapping[str, float], *, gap: float, least: float, most: float
) -> dict[str, float]:
    """The same names in their order, none nearer to another than `gap`, inside the two bounds."""
    placed: dict[str, float] = {}
    last = least - gap
    for name, height in sorted(heights.items(), key=lambda pair: pair[1]):
        placed[name] = last = max(height, last + gap)
    limit = most
    for name in reversed(placed):
        placed[name] = min(placed[name], limit)
        limit = placed[name] - gap
    return placed


def _scale(start: float, end: float, first: float, last: float) -> Scale:
    span = log10(end / start) or 1.0
    return lambda value: first + (last - first) * log10(value / start) / span


def _lines(series: Series, x: Scale, y: Scale) -> Iterable[str]:
    ends = {name: y(line[-1][1]) for name, line in series.items()}
    names = apart(ends, gap=GAP, least=TOP, most=HEIGHT - BOTTOM)
    for rank, (name, line) in enumerate(series.items()):
        path = " ".join(f"{x(size):.1f},{y(ms):.1f}" for size, ms in line)
        yield f'<polyline class="c{rank}" points="{path}" stroke-dasharray="{_DASHES[rank]}"/>'
        for size, ms in line:
            yield f'<circle class="f{rank}" cx="{x(size):.1f}" cy="{y(ms):.1f}" r="3.5"/>'
        end, level = x(line[-1][0]), names[name]
        yield (
            f'<path class="c{rank} lead" d="M{end + 5:.1f} {ends[name]:.1f}L{end + 17:.1f} '
            f'{level:.1f}"/><text class="f{rank}" x="{end + 21:.1f}" y="{level + 5:.1f}">'
            f'{escape(name)} <tspan class="last">{line[-1][1]:.0f}</tspan></text>'
        )


def _axes(sizes: Sequence[int], low: float, high: float, x: Scale, y: Scale) -> Iterable[str]:
    right = x(sizes[-1])
    for decade in range(round(log10(low)), round(log10(high)) + 1):
        for digit in (1, 2, 5) if decade < round(log10(high)) else (1,):
            ms = digit * 10.0**decade
            kind = "grid" if digit == 1 else "grid faint"
            yield (
                f'<path class="{kind}" d="M{LEFT} {y(ms):.1f}H{right:.1f}"/>'
                f'<text class="tick" x="{LEFT - 7}" y="{y(ms) + 5:.1f}" text-anchor="end">'
                f"{ms:g}</text>"
            )
    for size in sizes:
        yield (
            f'<path class="grid" d="M{x(size):.1f} {HEIGHT - BOTTOM}v6"/>'
            f'<text class="tick" x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 23}" '
            f'text-anchor="middle">{_short(size)}</text>'
        )
    yield f'<text class="tick" x="0" y="{TOP - 22}">processor, ms a request</text>'
    yield (
        f'<text class="tick" x="{(LEFT + right) / 2:.1f}" y="{HEIGHT - 10}" '
        'text-anchor="middle">case files</text>'
    )


def _short(size: int) -> str:
    """1 000 000 is « 1 M »: four whole numbers would touch on a phone."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if size >= unit:
            return f"{size / unit:g}\u00a0{letter}"
    return str(size)


def _scheme() -> Iterable[str]:
    def rules(colours: Sequence[str], ink: str, paper: str, grid: str) -> str:
        lines = [
            f".c{rank}{{stroke:{colour}}}.f{rank}{{fill:{colour}}}"
            for rank, colour in enumerate(colours)
        ]
        return f".tick{{fill:{ink}}}.paper{{fill:{paper}}}.grid{{stroke:{grid}}}" + "".join(lines)

    yield (
        "<style>text{font:18px system-ui,sans-serif}.last{font-weight:700}"
        "polyline,.lead{fill:none;stroke-width:2.25}.lead{stroke-width:1}"
        ".faint{stroke-dasharray:1 4}"
        f"{rules(_LIGHT, '#1d1d27', '#ffffff', '#d0d0da')}"
        "@media(prefers-color-scheme:dark){"
        f"{rules(_DARK, '#ececf2', '#16161d', '#44444f')}}}</style>"
    )
    yield f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
