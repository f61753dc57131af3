"""The map's background: drawn from the reference file, small, and never stale."""

from __future__ import annotations

import json

import brotli
from hypothesis import given
from hypothesis import strategies as st

from tools.outlines import SOURCE, STEP, TARGET, TOLERANCE, outlines, simplified

_COORDINATE = st.integers(0, 1000).map(lambda number: number / 1000)


def test_outlines_are_those_of_the_reference_file() -> None:
    communes = json.loads(SOURCE.read_text(encoding="utf-8"))

    assert TARGET.read_text(encoding="utf-8") == outlines(communes), "run python -m tools.outlines"


def test_outlines_weigh_little_and_cover_the_department() -> None:
    text = TARGET.read_bytes()
    content = json.loads(text)

    assert len(brotli.compress(text)) < 6_000
    west, south = content["origin"]
    points = []
    for numbers in content["lines"]:
        x = y = 0
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((west + x * STEP, south + y * STEP))
    longitudes, latitudes = zip(*points, strict=True)
    assert (round(min(longitudes), 1), round(max(longitudes), 1)) == (1.5, 3.1)
    assert (round(min(latitudes), 1), round(max(latitudes), 1)) == (47.5, 48.3)


def test_border_between_neighbours_is_drawn_once() -> None:
    square = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    beside = [[1, 0], [2, 0], [2, 1], [1, 1], [1, 0]]
    features = [
        {"geometry": {"type": "Polygon", "coordinates": [ring]}} for ring in (square, beside)
    ]

    content = json.loads(outlines({"features": features}))

    steps = round(1 / STEP)
    drawn = [
        tuple(line[2:][i : i + 2]) for line in content["lines"] for i in range(0, len(line) - 2, 2)
    ]
    assert len(drawn) == 7
    assert {(abs(x), abs(y)) for x, y in drawn} == {(steps, 0), (0, steps)}


@given(st.lists(st.tuples(_COORDINATE, _COORDINATE), min_size=2, max_size=30))
def test_simplified_line_keeps_its_ends_and_only_points_of_its_own(
    line: list[tuple[float, float]],
) -> None:
    short = simplified(line, TOLERANCE)

    assert (short[0], short[-1]) == (line[0], line[-1])
    assert set(short) <= set(line)
