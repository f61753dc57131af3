from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.programmes.installation.models import ZoneRule
from apps.programmes.installation.programme import read_place
from apps.territory.models import Commune
from tests.factories.territory import ZoneFactory

pytestmark = pytest.mark.django_db
DENTIST = "chirurgien-dentiste"


def test_read_place_takes_one_query(django_assert_num_queries: Any) -> None:
    zone = ZoneFactory()
    with django_assert_num_queries(1):
        reading = read_place("medecin-generaliste", zone.commune, on=date(2023, 6, 1))
    assert reading.zone is not None
    assert (reading.zone.zone_class, reading.zone.is_earliest_known) == ("sous_dotee", False)
    assert reading.eligible_zones is None


def test_read_place_profession_without_zoning_asks_nothing(django_assert_num_queries: Any) -> None:
    commune = ZoneFactory().commune
    with django_assert_num_queries(0):
        assert read_place("pharmacien", commune, on=date(2023, 6, 1)).zone is None


def test_read_place_after_the_last_zone_ended_says_it_read_the_earliest() -> None:
    zone = ZoneFactory(valid_during=DateRange(date(2023, 1, 1), date(2024, 1, 1)))
    reading = read_place("medecin-generaliste", zone.commune, on=date(2024, 1, 1))
    assert reading.zone is not None
    assert reading.zone.is_earliest_known


def test_read_place_with_a_rule_of_staff_returns_its_classes() -> None:
    zone = ZoneFactory(zoning=DENTIST)
    ZoneRule.objects.create(
        profession=DENTIST,
        zones=["tres_sous_dotee"],
        valid_during=DateRange(date(2024, 1, 1), None),
        source="Délibération d’essai",
    )
    before = read_place(DENTIST, zone.commune, on=date(2023, 6, 1))
    since = read_place(DENTIST, zone.commune, on=date(2024, 6, 1))
    assert before.eligible_zones is None
    assert since.eligible_zones == frozenset({"tres_sous_dotee"})


def test_read_place_of_2023_uses_the_export_and_says_so(loiret: None) -> None:
    saint_jean = Commune.objects.get(pk="45285")
    reading = read_place("masseur-kinesitherapeute", saint_jean, on=date(2023, 6, 1))
    assert reading.zone is not None
    assert reading.zone.is_earliest_known
    assert reading.zone.valid_from == date(2025, 9, 12)
    assert reading.zone.label == "zone intermédiaire"
    assert reading.zone.source == (
        "Zonage CartoSanté (ARS), export du 12\u00a0septembre\u00a02025, date de l’arrêté inconnue"
    )
