"""Outlines of the communes (IGN, simplified): which one holds a point, and how to draw them.

Read once a process from the reference files; the database keeps no shapes (decision 0019).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

from django.conf import settings

# Where the sheet on which they are drawn touches the sphere: the middle of the Loiret.
_MIDDLE = 47.9
_RATIO = cos(radians(_MIDDLE))

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Outline:
    """One commune: rings of (longitude, latitude), holes included, and the box around them."""

    insee: str
    rings: tuple[Ring, ...]
    west: float
    south: float
    east: float
    north: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the point is inside: a line from it crosses the rings an odd number of times."""
        if not (self.south <= latitude <= self.north and self.west <= longitude <= self.east):
            return False
        crossings = (
            _crosses(start, end, latitude, longitude)
            for ring in self.rings
            for start, end in pairwise(ring)
        )
        return sum(crossings) % 2 == 1


@dataclass(frozen=True)
class Drawing:
    """The communes as SVG paths on a sheet of `width` × `height`."""

    width: int
    height: int
    paths: Mapping[str, str]


def _crosses(
    start: tuple[float, float], end: tuple[float, float], latitude: float, longitude: float
) -> bool:
    (x1, y1), (x2, y2) = start, end
    if (y1 > latitude) == (y2 > latitude):
        return False
    return longitude < x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)


def commune_at(latitude: float, longitude: float) -> str | None:
    """INSEE code of the commune of the Loiret that holds the point, or None outside."""
    found = (shape.insee for shape in outlines() if shape.holds(latitude, longitude))
    return next(found, None)


@lru_cache(maxsize=1)
def outlines() -> tuple[Outline, ...]:
    path = Path(settings.BASE_DIR) / "fixtures" / "reference" / "communes.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return tuple(_outline(feature) for feature in features)


@lru_cache(maxsize=4)
def draw_outlines(width: int) -> Drawing:
    """Whole pixels, each step counted from the last point: the shortest text."""
    shapes = outlines()
    west, north = min(s.west for s in shapes), max(s.north for s in shapes)
    east, south = max(s.east for s in shapes), min(s.south for s in shapes)
    scale = width / ((east - west) * _RATIO)

    def points(ring: Ring) -> list[tuple[int, int]]:
        return [(round((x - west) * _RATIO * scale), round((north - y) * scale)) for x, y in ring]

    paths = {shape.insee: "".join(_path(points(ring)) for ring in shape.rings) for shape in shapes}
    return Drawing(width=width, height=round((north - south) * scale), paths=paths)


def _path(points: list[tuple[int, int]]) -> str:
    (x, y), steps = points[0], []
    for to_x, to_y in points[1:-1]:
        if (to_x, to_y) != (x, y):
            steps.append(f"{to_x - x} {to_y - y}".replace(" -", "-"))
            x, y = to_x, to_y
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def _outline(feature: Mapping[str, Any]) -> Outline:
    geometry = feature["geometry"]
    rings = tuple(_rings(geometry["type"], geometry["coordinates"]))
    longitudes = [x for ring in rings for x, _ in ring]
    latitudes = [y for ring in rings for _, y in ring]
    return Outline(
        insee=feature["properties"]["code"],
        rings=rings,
        west=min(longitudes),
        south=min(latitudes),
        east=max(longitudes),
        north=max(latitudes),
    )


def _rings(kind: str, coordinates: Any) -> Iterator[Ring]:
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    for polygon in polygons:
        for ring in polygon:
            yield tuple((x, y) for x, y in ring)
