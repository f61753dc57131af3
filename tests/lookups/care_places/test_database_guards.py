"""A place refuses what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import F

from apps.lookups.care_places.models import Place
from tests.factories.care_places import PlaceFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 22)
GUARDS: dict[str, list[dict[str, Any]]] = {
    "care_place_is_on_earth": [{"latitude": 91}, {"longitude": -181}],
    "care_place_kind_known": [{"kind": "chapelle"}],
    "care_place_precision_known": [{"precision": "au hasard"}],
    "care_place_services_known": [{"services": ["miracles"]}],
    "care_place_languages_known": [{"languages": ["xx"]}],
    "care_place_new_patients_dated": [{"takes_new_patients": True}, {"new_patients_on": DAY}],
    "care_place_verified_by_someone": [{"verified_on": DAY}],
    "care_place_finess_nine_digits": [{"finess": "45"}],
    "care_place_finess_once": [{"finess": "450000047"}],
    "care_place_osm_id_readable": [{"osm_id": "123"}],
    "care_place_osm_id_once": [{"osm_id": "node/7"}],
    "care_place_merged_is_gone": [],  # see test_place_merged_with_another_is_gone
    "care_place_not_merged_with_itself": [{"merged_into": F("pk"), "gone_on": DAY}],
    "care_place_named_once": [],  # see test_name_is_used_once_in_a_commune
    "care_place_has_a_source": [{"source": ""}],
}


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    assert GUARDS.keys() == {constraint.name for constraint in Place._meta.constraints}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in GUARDS.items()
        for number, values in enumerate(rows, start=1)
    ],
)
def test_place_that_breaks_the_constraint_is_refused(name: str, values: dict[str, Any]) -> None:
    PlaceFactory(finess="450000047", osm_id="node/7")
    place = PlaceFactory()

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        Place.objects.filter(pk=place.pk).update(**values)


def test_name_is_used_once_in_a_commune() -> None:
    place = PlaceFactory()

    with pytest.raises(IntegrityError, match='"care_place_named_once"'):
        PlaceFactory(name=place.name, commune=place.commune)


def test_place_merged_with_another_is_gone() -> None:
    kept, merged = PlaceFactory(), PlaceFactory()

    with pytest.raises(IntegrityError, match='"care_place_merged_is_gone"'):
        Place.objects.filter(pk=merged.pk).update(merged_into=kept)
