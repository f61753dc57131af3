from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.territory.models import Commune, Zone
from apps.territory.zones import read_zone
from tests.factories.territory import CommuneFactory, ZoneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Commune:
    """Under-served in 2023 and 2024, intermediate since."""
    commune = CommuneFactory()
    old, new = date(2023, 1, 1), date(2025, 1, 1)
    ZoneFactory(commune=commune, zone_class="sous_dotee", valid_during=DateRange(old, new))
    ZoneFactory(commune=commune, zone_class="intermediaire", valid_during=DateRange(new, None))
    return commune


@pytest.mark.parametrize(
    ("on", "zone_class", "is_earliest_known"),
    [
        (date(2022, 12, 31), "sous_dotee", True),
        (date(2023, 1, 1), "sous_dotee", False),
        (date(2024, 12, 31), "sous_dotee", False),
        (date(2025, 1, 1), "intermediaire", False),
        (date(2040, 1, 1), "intermediaire", False),
    ],
)
def test_read_zone_on_a_date_gives_the_zone_in_force_or_the_earliest(
    commune: Commune, on: date, zone_class: str, is_earliest_known: bool
) -> None:
    reading = read_zone(commune=commune, zoning="medecin", on=on)
    assert reading is not None
    assert (reading.zone_class, reading.is_earliest_known) == (zone_class, is_earliest_known)


def test_read_zone_after_the_last_one_ended_gives_the_earliest() -> None:
    zone = ZoneFactory(valid_during=DateRange(date(2023, 1, 1), date(2024, 1, 1)))
    reading = read_zone(commune=zone.commune, zoning="medecin", on=date(2024, 1, 1))
    assert reading is not None
    assert reading.is_earliest_known


def test_read_zone_profession_without_zoning_is_none(commune: Commune) -> None:
    assert read_zone(commune=commune, zoning="pharmacien", on=date(2025, 1, 1)) is None


def test_read_zone_takes_one_query(commune: Commune, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        read_zone(commune=commune, zoning="medecin", on=date(2022, 1, 1))


def test_read_zone_of_2023_aid_uses_the_export_and_says_so(loiret: None) -> None:
    saint_jean = Commune.objects.get(pk="45285")
    reading = read_zone(commune=saint_jean, zoning="masseur-kinesitherapeute", on=date(2023, 6, 1))
    assert reading is not None
    assert reading.is_earliest_known
    assert reading.valid_from == date(2025, 9, 12)
    assert reading.label == "zone intermédiaire"
    assert "export du 12\u00a0septembre\u00a02025. Date de l’arrêté inconnue" in reading.source


def test_zone_overlapping_another_is_refused_by_the_form_and_the_database() -> None:
    zone = ZoneFactory(valid_during=DateRange(date(2023, 1, 1), None))
    other = ZoneFactory.build(
        commune=zone.commune, valid_during=DateRange(date(2024, 1, 1), date(2024, 6, 1))
    )
    with pytest.raises(ValidationError, match="fermez-la d’abord"):
        other.full_clean()
    with pytest.raises(IntegrityError, match="zone_no_overlap"):
        other.save()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"zone_class": "zone_bleue"}, "zone_class_known"),
        ({"zoning": "pharmacien"}, "zone_zoning_known"),
        ({"valid_during": DateRange(None, date(2024, 1, 1))}, "zone_has_a_first_day"),
        (
            {"valid_during": DateRange(date(2024, 1, 1), date(2024, 1, 1))},
            "zone_has_a_first_day",
        ),
    ],
)
def test_zone_with_bad_value_is_refused_by_the_database(
    values: dict[str, Any], constraint: str
) -> None:
    zone = ZoneFactory()
    with pytest.raises(IntegrityError, match=constraint):
        Zone.objects.filter(pk=zone.pk).update(**values)
