"""Slots, bookings, spans, extracts: what the database refuses, whoever writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models
from django.db.models import F

from apps.lookups.care_places.models import (
    Appointment,
    AppointmentCode,
    AppointmentState,
    DistinctPair,
    Extract,
    OpenSpan,
    RoadTime,
    Slot,
)
from tests.factories.accounts import UserFactory
from tests.factories.care_places import AppointmentFactory, PlaceFactory, SlotFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# Model, then the values that break each of its constraints; the rows are those of `rows`.
GUARDS: dict[type[models.Model], dict[str, list[dict[str, Any]]]] = {
    OpenSpan: {
        "open_span_no_overlap": [{"hours": "Mo 10:00-12:00", "during": (AT, AT + HOUR)}],
        "open_span_has_both_ends": [{"during": (AT, None)}, {"during": (None, AT)}],
    },
    Slot: {
        "care_slot_ends_after_it_starts": [{"ends_at": F("starts_at")}],
        "care_slot_no_overlap": [{"starts_at": AT + HOUR / 2}],
    },
    Appointment: {
        "care_appointment_state_known": [{"state": "perdu"}],
        "care_appointment_one_a_slot": [],  # see test_slot_is_booked_once
        "care_appointment_dates_follow_its_state": [
            {"booked_at": None},
            {"state": AppointmentState.CANCELLED},
            {"state": AppointmentState.HELD},
        ],
        "care_appointment_named_until_forgotten": [
            {"name": ""},
            {"phone": ""},
            {"commune": None},
            {"forgotten_at": AT},
        ],
    },
    AppointmentCode: {"care_appointment_code_expires_later": [{"expires_at": F("created_at")}]},
    Extract: {
        "care_extract_source_known": [{"source": "rumeur"}],
        "care_extract_counts_once_applied": [{"created_count": 1}],
    },
    DistinctPair: {
        "care_distinct_pair_once": [],  # see test_pair_is_said_once
        "care_distinct_pair_in_order": [{"first": F("second")}],
    },
    RoadTime: {
        "care_road_time_once": [],  # see test_road_time_is_kept_once
        "care_road_time_within_five_hours": [{"minutes": 301}],
    },
}


@pytest.fixture
def rows() -> None:
    """One row of each model, and a slot before the last one."""
    agent = UserFactory()
    place = PlaceFactory()
    SlotFactory(place=place, starts_at=AT, ends_at=AT + HOUR, published_by=agent)
    slot = SlotFactory(place=place, starts_at=AT + HOUR, ends_at=AT + 2 * HOUR, published_by=agent)
    appointment = AppointmentFactory(slot=slot)
    AppointmentCode.objects.issue(purpose="test", at=AT, appointment=appointment)
    Extract.objects.create(
        source="finess", file_name="essai.csv", dated_on=AT.date(), read_at=AT, read_by=agent
    )
    other = PlaceFactory()
    DistinctPair.objects.create(first=place, second=other, said_at=AT, said_by=agent)
    RoadTime.objects.create(commune=place.commune, place=place, minutes=3, computed_on=AT.date())
    OpenSpan.objects.create(hours="Mo 10:00-12:00", during=(AT, AT + HOUR))
    OpenSpan.objects.create(hours="Mo 14:00-16:00", during=(AT, AT + HOUR))


@pytest.mark.parametrize("model", GUARDS, ids=lambda model: model.__name__)
def test_every_constraint_has_a_row_that_breaks_it(model: type[models.Model]) -> None:
    assert GUARDS[model].keys() == {constraint.name for constraint in model._meta.constraints}


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        pytest.param(model, name, values, id=f"{name}-{number}")
        for model, guards in GUARDS.items()
        for name, rows in guards.items()
        for number, values in enumerate(rows, start=1)
    ],
)
def test_row_that_breaks_the_constraint_is_refused(
    rows: None, model: type[models.Model], name: str, values: dict[str, Any]
) -> None:
    last = model._default_manager.latest("pk")

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        model._default_manager.filter(pk=last.pk).update(**values)


def test_slot_is_booked_once(rows: None) -> None:
    with pytest.raises(IntegrityError, match='"care_appointment_one_a_slot"'):
        AppointmentFactory(slot=Appointment.objects.get().slot)


def test_pair_is_said_once(rows: None) -> None:
    pair = DistinctPair.objects.get()

    with pytest.raises(IntegrityError, match='"care_distinct_pair_once"'):
        DistinctPair.objects.create(
            first=pair.first, second=pair.second, said_at=AT, said_by=pair.said_by
        )


def test_road_time_is_kept_once(rows: None) -> None:
    known = RoadTime.objects.get()

    with pytest.raises(IntegrityError, match='"care_road_time_once"'):
        RoadTime.objects.create(
            commune=known.commune, place=known.place, minutes=5, computed_on=AT.date()
        )
