from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.lookups.care_places.models import Place
from tests.factories.care_places import PlaceFactory

pytestmark = pytest.mark.django_db

ORLEANS = (47.9032, 1.90845)
GIEN = (47.69754, 2.62449)
# The sphere of earthdistance.
RADIUS_KM = 6378.168


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lat1, lon1), (lat2, lon2) = ((radians(x), radians(y)) for x, y in (a, b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_KM * asin(sqrt(h))


def near(point: tuple[float, float], km: float) -> list[Place]:
    return list(Place.objects.near(*point, km=km))


def test_near_gives_the_nearest_first_with_its_distance() -> None:
    commune = PlaceFactory(latitude=GIEN[0], longitude=GIEN[1]).commune
    PlaceFactory(commune=commune, name="Ici", latitude=ORLEANS[0], longitude=ORLEANS[1])

    here, there = near(ORLEANS, 60)

    assert (here.name, here.distance_km) == ("Ici", 0)
    assert there.distance_km == pytest.approx(58.2, abs=0.1)
    assert [place.name for place in near(ORLEANS, 58)] == ["Ici"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    latitude=st.floats(47.4, 48.4),
    longitude=st.floats(1.5, 3.2),
    km=st.floats(1, 50),
)
def test_near_is_exactly_the_circle(latitude: float, longitude: float, km: float) -> None:
    """The box of the index is larger than the circle: its corners must not come out."""
    Place.objects.all().delete()
    place = PlaceFactory(latitude=latitude, longitude=longitude)
    distance = haversine(ORLEANS, (latitude, longitude))

    found = near(ORLEANS, km)

    if abs(distance - km) > 0.001:
        assert found == ([place] if distance < km else [])
    if found:
        assert found[0].distance_km == pytest.approx(distance, rel=1e-6)


def test_near_is_served_by_an_index() -> None:
    """Which one depends on how many rows the box holds: see tests/bench/radius.py."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Place.objects.near(*ORLEANS, km=10).explain()

    assert "care_place_location" in plan or "care_place_box" in plan
