from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.territory.models import Commune, Zone
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
    ("on", "zone_class"),
    [
        (date(2022, 12, 31), "sous_dotee"),  # before all zones: the earliest
        (date(2023, 1, 1), "sous_dotee"),
        (date(2024, 12, 31), "sous_dotee"),
        (date(2025, 1, 1), "intermediaire"),
        (date(2040, 1, 1), "intermediaire"),
    ],
)
def test_for_reading_on_a_date_gives_the_zone_in_force_or_the_earliest(
    commune: Commune, on: date, zone_class: str
) -> None:
    zone = Zone.objects.for_reading(commune=commune, zoning="medecin", on=on).first()
    assert zone is not None
    assert zone.zone_class == zone_class


def test_for_reading_profession_without_zoning_is_none(commune: Commune) -> None:
    found = Zone.objects.for_reading(commune=commune, zoning="pharmacien", on=date(2025, 1, 1))
    assert found.first() is None


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
