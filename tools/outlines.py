"""Draw the communes' outlines as the map's background: `python -m tools.outlines`.

Reads fixtures/reference/communes.geojson and writes static/map/outlines.json, small enough for
the map page's budget. Each border is drawn once (neighbours share it), simplified, and chained
with the next ones into long lines of small steps:

    {"origin": [lon, lat], "step": degrees, "lines": [[x, y, dx, dy, dx, dy, ...], ...]}

in steps from the origin, longitude first. static/js/map.js reads it.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "fixtures" / "reference" / "communes.geojson"
TARGET = ROOT / "static" / "map" / "outlines.json"

STEP = 0.002  # degrees: about 200 m, less than a pixel when the department fills the window
TOLERANCE = 0.0045  # degrees, between a border and its simplified line

Point = tuple[float, float]
Line = list[Point]


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(outlines(json.loads(SOURCE.read_text(encoding="utf-8"))), encoding="utf-8")


def outlines(communes: dict[str, Any]) -> str:
    """The file's text for a GeoJSON collection of (multi)polygons with shared borders."""
    borders = [simplified(border, TOLERANCE) for border in _borders(communes)]
    west = min(point[0] for border in borders for point in border)
    south = min(point[1] for border in borders for point in border)
    lines = []
    for line in _chained(borders):
        grid = [(round((lon - west) / STEP), round((lat - south) / STEP)) for lon, lat in line]
        numbers = list(grid[0])
        for (x, y), (next_x, next_y) in itertools.pairwise(grid):
            if (x, y) != (next_x, next_y):
                numbers += [next_x - x, next_y - y]
        lines.append(numbers)
    content = {"origin": [west, south], "step": STEP, "lines": lines}
    return json.dumps(content, separators=(",", ":")) + "\n"


def simplified(line: Sequence[Point], tolerance: float) -> Line:
    """Douglas and Peucker's: the ends stay, and no point left out is further than `tolerance`."""
    first, last = line[0], line[-1]
    far, distance = 0, tolerance
    for index in range(1, len(line) - 1):
        if (found := _distance(line[index], first, last)) > distance:
            far, distance = index, found
    if not far:
        return [first, last]
    return simplified(line[: far + 1], tolerance)[:-1] + simplified(line[far:], tolerance)


def _distance(point: Point, first: Point, last: Point) -> float:
    """From a point to a segment, on a plane."""
    (x, y), (x1, y1), (x2, y2) = point, first, last
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return float(((x - x1 - along * (x2 - x1)) ** 2 + (y - y1 - along * (y2 - y1)) ** 2) ** 0.5)


def _borders(communes: dict[str, Any]) -> Iterator[Line]:
    """Each border once, from a point where three meet to the next such point."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in _rings(communes):
        for one, other in itertools.pairwise(ring):
            neighbours[one].add(other)
            neighbours[other].add(one)
    done: set[frozenset[Point]] = set()
    meetings = [point for point, others in neighbours.items() if len(others) != 2]
    for start in meetings:
        for towards in sorted(neighbours[start]):
            if frozenset((start, towards)) in done:
                continue
            line = [start, towards]
            done.add(frozenset(line))
            while len(neighbours[line[-1]]) == 2:
                [following] = neighbours[line[-1]] - {line[-2]}
                done.add(frozenset((line[-1], following)))
                line.append(following)
            yield line


def _rings(communes: dict[str, Any]) -> Iterator[Line]:
    for feature in communes["features"]:
        shape = feature["geometry"]
        is_one = shape["type"] == "Polygon"
        for polygon in [shape["coordinates"]] if is_one else shape["coordinates"]:
            for ring in polygon:
                yield [(float(lon), float(lat)) for lon, lat in ring]


def _chained(borders: Sequence[Line]) -> Iterator[Line]:
    """The borders end to end, as far as each chain goes: a new start costs more than a step."""
    left: dict[Point, list[int]] = defaultdict(list)
    for index, border in enumerate(borders):
        left[border[0]].append(index)
        left[border[-1]].append(index)
    done: set[int] = set()
    for index, border in enumerate(borders):
        if index in done:
            continue
        done.add(index)
        line = list(border)
        while following := [other for other in left[line[-1]] if other not in done]:
            done.add(following[0])
            found = borders[following[0]]
            line += (found if found[0] == line[-1] else found[::-1])[1:]
        yield line


if __name__ == "__main__":
    main()
