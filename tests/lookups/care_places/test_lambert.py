"""Known points of Lambert 93, to a metre, and every point of the Loiret there and back."""

from __future__ import annotations

from math import cos, hypot, log, pi, radians, sin, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.lookups.care_places.lambert import to_degrees

METRE = 1.3e-5  # degrees


@pytest.mark.parametrize(
    ("x", "y", "latitude", "longitude"),
    [
        # The origin of the projection (EPSG:2154).
        (700_000, 6_600_000, 46.5, 3.0),
        # The Eiffel tower.
        (648_237.3, 6_862_271.7, 48.8584, 2.2945),
    ],
)
def test_known_points(x: float, y: float, latitude: float, longitude: float) -> None:
    found = to_degrees(x, y)

    assert found == (pytest.approx(latitude, abs=METRE), pytest.approx(longitude, abs=METRE))


def _from_degrees(latitude: float, longitude: float) -> tuple[float, float]:
    """The other way, from the constants that IGN prints (NTG 71)."""
    n, c, e = 0.7256077650, 11_754_255.426, 0.08181919106
    x_pole, y_pole = 700_000.0, 12_655_612.050
    slant = e * sin(radians(latitude))
    isometric = log(tan(pi / 4 + radians(latitude) / 2) * ((1 - slant) / (1 + slant)) ** (e / 2))
    radius = c * pow(2.718281828459045, -n * isometric)
    angle = n * radians(longitude - 3)
    return x_pole + radius * sin(angle), y_pole - radius * cos(angle)


@given(latitude=st.floats(47.4, 48.4), longitude=st.floats(1.4, 3.2))
def test_every_point_of_the_loiret_comes_back(latitude: float, longitude: float) -> None:
    found = to_degrees(*_from_degrees(latitude, longitude))

    assert hypot(found[0] - latitude, found[1] - longitude) < METRE
