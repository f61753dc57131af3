"""From Lambert 93, in which FINESS gives its coordinates, to degrees. Pure arithmetic.

A conic projection of the ellipsoid GRS 80 with two standard parallels (EPSG:2154); RGF93 and
WGS 84 agree to a metre, far below what a distance on the portal shows.
"""

from __future__ import annotations

from math import atan, atan2, degrees, exp, hypot, log, pi, radians, sin, sqrt, tan

_SEMI_MAJOR = 6_378_137.0  # metres
_FLATTENING = 1 / 298.257222101
_ECCENTRICITY = sqrt(2 * _FLATTENING - _FLATTENING**2)
_CENTRAL_MERIDIAN = radians(3)
_ORIGIN = radians(46.5)
_PARALLELS = (radians(44), radians(49))
_FALSE_EASTING, _FALSE_NORTHING = 700_000.0, 6_600_000.0
# The latitude is found by repetition: each round divides the error by three hundred.
_ROUNDS = 12


def _isometric(latitude: float) -> float:
    slant = _ECCENTRICITY * sin(latitude)
    return log(tan(pi / 4 + latitude / 2) * ((1 - slant) / (1 + slant)) ** (_ECCENTRICITY / 2))


def _normal_radius(latitude: float) -> float:
    """Radius of the parallel, in metres."""
    slant = _ECCENTRICITY * sin(latitude)
    return _SEMI_MAJOR * sin(pi / 2 - latitude) / sqrt(1 - slant**2)


_SOUTH, _NORTH = _PARALLELS
_EXPONENT = log(_normal_radius(_NORTH) / _normal_radius(_SOUTH)) / (
    _isometric(_SOUTH) - _isometric(_NORTH)
)
_SCALE = _normal_radius(_SOUTH) * exp(_EXPONENT * _isometric(_SOUTH)) / _EXPONENT
_POLE = _FALSE_NORTHING + _SCALE * exp(-_EXPONENT * _isometric(_ORIGIN))


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude in degrees of a point given in metres, east then north."""
    east, south = x - _FALSE_EASTING, _POLE - y
    longitude = _CENTRAL_MERIDIAN + atan2(east, south) / _EXPONENT
    isometric = -log(hypot(east, south) / _SCALE) / _EXPONENT
    latitude = 2 * atan(exp(isometric)) - pi / 2
    for _ in range(_ROUNDS):
        slant = _ECCENTRICITY * sin(latitude)
        stretch = ((1 + slant) / (1 - slant)) ** (_ECCENTRICITY / 2)
        latitude = 2 * atan(stretch * exp(isometric)) - pi / 2
    return degrees(latitude), degrees(longitude)
