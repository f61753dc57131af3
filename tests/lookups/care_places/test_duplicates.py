"""Places that may be one are found, merged without losing anything, or said to be two."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from apps.lookups.care_places.duplicates import find_duplicates, merge_places, say_distinct
from apps.lookups.care_places.models import Place, Slot
from apps.lookups.care_places.refusals import RefusedError
from apps.territory.public_data import Precision
from tests.factories.accounts import UserFactory
from tests.factories.care_places import AT, AppointmentFactory, PlaceFactory, SlotFactory
from tests.factories.territory import CommuneFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)


def pairs() -> list[tuple[str, str]]:
    return [(pair.first.name, pair.second.name) for pair in find_duplicates()]


@pytest.mark.parametrize(
    ("values", "is_found"),
    [
        ({"name": "Maison de santé du Pont-Neuf"}, True),
        ({"name": "MAISON DE SANTE DU PONT NEUF"}, True),
        ({"name": "Cabinet Loire"}, False),
        ({"name": "Cabinet Loire", "phone": "+33238000001"}, True),
        ({"name": "Maison de santé du Pont-Neuf", "latitude": 47.95}, False),
        ({"name": "Maison de santé du Pont-Neuf", "gone_on": DAY}, False),
    ],
)
def test_likeness_is_a_name_or_a_phone_and_a_distance(values: Any, is_found: bool) -> None:
    PlaceFactory(name="Maison de santé du Pont Neuf", phone="+33238000001")
    PlaceFactory(**values)

    assert bool(pairs()) is is_found


def test_a_place_set_at_its_town_hall_is_compared_within_its_commune() -> None:
    commune = CommuneFactory()
    PlaceFactory(
        name="MSP du Pont Neuf", commune=commune, latitude=47.95, precision=Precision.TOWN_HALL
    )
    PlaceFactory(name="MSP du Pont-Neuf", commune=commune)

    assert len(pairs()) == 1


def test_a_pair_said_to_be_two_is_not_shown_again() -> None:
    first, second = PlaceFactory(name="Pont A"), PlaceFactory(name="Pont B")
    assert len(pairs()) == 1

    for _ in range(2):
        say_distinct(first=second, second=first, by=UserFactory(), at=AT)

    assert pairs() == []


def test_merging_fills_the_holes_and_moves_the_slots() -> None:
    kept = PlaceFactory(name="Gardé", services=["urgences"])
    merged = PlaceFactory(
        name="Fusionné",
        finess="450000001",
        phone="+33238000001",
        services=["teleconsultation"],
        takes_new_patients=True,
        new_patients_on=DAY,
    )
    taken = AppointmentFactory(slot__place=merged)

    merge_places(kept=kept, merged=merged, on=DAY)

    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (kept.finess, kept.phone, kept.takes_new_patients) == (
        "450000001",
        "+33238000001",
        True,
    )
    assert kept.services == ["teleconsultation", "urgences"]
    assert (merged.gone_on, merged.merged_into, merged.finess) == (DAY, kept, "")
    assert Slot.objects.get(pk=taken.slot_id).place == kept
    assert merged.events.count() == 2  # type: ignore[attr-defined] # pghistory's own


def test_what_is_known_is_not_written_over() -> None:
    kept = PlaceFactory(phone="+33238000001")

    merge_places(kept=kept, merged=PlaceFactory(phone="+33238000002"), on=DAY)

    kept.refresh_from_db()
    assert kept.phone == "+33238000001"


def test_a_chain_of_merges_leads_to_the_last_one() -> None:
    first, second, third = PlaceFactory(), PlaceFactory(), PlaceFactory()
    merge_places(kept=second, merged=first, on=DAY)
    merge_places(kept=third, merged=second, on=DAY)

    assert {place.merged_into for place in Place.objects.exclude(pk=third.pk)} == {third}


@pytest.mark.parametrize(
    ("kept", "merged", "reason"),
    [
        ({"finess": "450000001"}, {"finess": "450000002"}, "numéro FINESS"),
        ({}, {"gone_on": DAY}, "a fermé"),
        ({}, {"is_fictitious": True}, "démonstration"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(kept: Any, merged: Any, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        merge_places(kept=PlaceFactory(**kept), merged=PlaceFactory(**merged), on=DAY)


def test_slots_at_the_same_hour_stop_a_merge() -> None:
    kept, merged = PlaceFactory(), PlaceFactory()
    SlotFactory(place=kept)
    SlotFactory(place=merged)

    with pytest.raises(RefusedError, match="à la même heure"):
        merge_places(kept=kept, merged=merged, on=DAY)
