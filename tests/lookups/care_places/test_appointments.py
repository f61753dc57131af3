"""Slots are published in series, taken once, given back, and forgotten the day after."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from apps.lookups.care_places.appointments import (
    Resident,
    Series,
    book_by_phone,
    cancel,
    cancel_token,
    confirm,
    find_by_token,
    forget_past,
    hold_slot,
    publish_slots,
    withdraw_slot,
)
from apps.lookups.care_places.models import (
    Appointment,
    AppointmentState,
    Place,
    Slot,
    with_next_slot,
)
from apps.lookups.care_places.refusals import RefusedError
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.factories.care_places import AT, AppointmentFactory, PlaceFactory, SlotFactory
from tests.factories.territory import CommuneFactory
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db

TWO_MORNINGS = Series(
    first_day=date(2026, 11, 23),
    last_day=date(2026, 11, 29),
    weekdays=frozenset({0, 3}),
    opens=time(9),
    closes=time(10, 15),
    minutes=30,
)


def resident(number: int = 1, email: str = "camille@exemple.fr") -> Resident:
    return Resident(
        name=f"Camille {number}",
        phone=f"+3360000000{number}",
        commune=CommuneFactory(),
        email=email,
    )


def code_of(appointment: Appointment) -> str:
    text = OutgoingEmail.objects.get(
        kind="appointment-code", related_reference=appointment.reference
    ).text
    return next(word for word in text.split() if word.isdecimal() and len(word) == 6)


def test_a_series_gives_whole_slots_on_its_days() -> None:
    assert [f"{start:%a %H:%M}" for start in TWO_MORNINGS.starts()] == [
        "Mon 09:00",
        "Mon 09:30",
        "Thu 09:00",
        "Thu 09:30",
    ]


def test_a_series_keeps_its_hour_when_summer_time_ends() -> None:
    series = Series(
        first_day=date(2026, 10, 24),
        last_day=date(2026, 10, 26),
        weekdays=frozenset(range(7)),
        opens=time(9),
        closes=time(9, 20),
        minutes=20,
    )

    starts = [start.astimezone(UTC) for start in series.starts()]

    assert [start.hour for start in starts] == [7, 8, 8]


def test_a_series_is_published_once() -> None:
    place, agent = PlaceFactory(), UserFactory()
    slots = publish_slots(place=place, series=TWO_MORNINGS, by=agent, at=AT)

    with pytest.raises(RefusedError, match="existe déjà"):
        publish_slots(place=place, series=TWO_MORNINGS, by=agent, at=AT)
    # With somebody else, at the same hours, there is no clash.
    publish_slots(place=place, series=TWO_MORNINGS, by=agent, at=AT, practitioner="Dr Essai")

    assert (len(slots), Slot.objects.count()) == (4, 8)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"weekdays": frozenset({6}), "last_day": date(2026, 11, 23)}, "Aucun créneau"),
        ({"minutes": 10, "weekdays": frozenset(range(7)), "last_day": date(2027, 6, 1)}, "série"),
        ({"first_day": date(2026, 11, 2)}, "déjà passé"),
    ],
)
def test_a_series_that_makes_no_sense_is_refused(changes: Any, reason: str) -> None:
    series = Series(**{**TWO_MORNINGS.__dict__, **changes})

    with pytest.raises(RefusedError, match=reason):
        publish_slots(place=PlaceFactory(), series=series, by=UserFactory(), at=AT)
    assert not Slot.objects.exists()


def test_a_slot_is_held_then_taken_with_the_code() -> None:
    slot = SlotFactory()
    held = hold_slot(slot=slot, resident=resident(), at=AT)
    assert not Slot.objects.free(AT).exists()

    assert confirm(appointment_id=held.pk, code="000000", at=AT) is None
    taken = confirm(appointment_id=held.pk, code=code_of(held), at=AT + timedelta(minutes=5))

    assert taken is not None
    assert taken.state == AppointmentState.BOOKED
    assert OutgoingEmail.objects.filter(kind="appointment-taken").count() == 1
    assert confirm(appointment_id=held.pk, code=code_of(held), at=AT) is None


def test_a_slot_held_without_its_code_is_free_again() -> None:
    slot = SlotFactory()
    held = hold_slot(slot=slot, resident=resident(), at=AT)
    later = AT + timedelta(minutes=15)

    assert confirm(appointment_id=held.pk, code=code_of(held), at=later) is None
    assert list(Slot.objects.free(later)) == [slot]
    other = hold_slot(slot=slot, resident=resident(2, "autre@exemple.fr"), at=later)
    assert Appointment.objects.get() == other


def test_the_same_person_may_correct_an_address_while_the_slot_is_held() -> None:
    slot, person = SlotFactory(), resident()
    hold_slot(slot=slot, resident=person, at=AT)

    again = hold_slot(slot=slot, resident=person, at=AT + timedelta(minutes=1))

    assert Appointment.objects.get() == again


@pytest.mark.parametrize(
    ("slot", "reason"),
    [
        ({"withdrawn_at": AT}, "retiré"),
        ({"starts_at": AT}, "passé"),
        ({"place__gone_on": date(2026, 1, 1)}, "retiré"),
    ],
)
def test_a_slot_that_is_no_longer_offered_is_refused(slot: Any, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        hold_slot(slot=SlotFactory(**slot), resident=resident(), at=AT)


def test_one_person_keeps_two_slots_at_most() -> None:
    place = PlaceFactory()
    slots = [SlotFactory(place=place, starts_at=AT + timedelta(days=day)) for day in (1, 2, 3)]
    person = resident()
    for slot in slots[:2]:
        book_by_phone(slot=slot, resident=person, by=UserFactory(), at=AT)

    with pytest.raises(RefusedError, match="déjà 2 rendez-vous"):
        hold_slot(slot=slots[2], resident=person, at=AT)


def test_a_booking_by_phone_without_address_writes_to_nobody() -> None:
    agent = UserFactory()

    taken = book_by_phone(slot=SlotFactory(), resident=resident(email=""), by=agent, at=AT)

    assert (taken.state, taken.booked_by) == (AppointmentState.BOOKED, agent)
    assert not OutgoingEmail.objects.exists()


def test_a_cancelled_slot_is_free_at_once() -> None:
    taken = AppointmentFactory(email="camille@exemple.fr")

    cancel(appointment=taken, at=AT)

    assert list(Slot.objects.free(AT)) == [taken.slot]
    assert OutgoingEmail.objects.get().kind == "appointment-cancelled"
    with pytest.raises(RefusedError, match="déjà annulé"):
        cancel(appointment=taken, at=AT)


def test_a_past_appointment_is_not_cancelled() -> None:
    taken = AppointmentFactory()

    with pytest.raises(RefusedError, match="passé"):
        cancel(appointment=taken, at=taken.slot.starts_at)


def test_a_signed_link_finds_its_appointment_and_no_other() -> None:
    taken = AppointmentFactory()
    token = cancel_token(taken)

    assert find_by_token(token) == taken
    assert find_by_token(f"{token}x") is None
    assert find_by_token("1") is None


def test_a_withdrawn_slot_cancels_and_tells() -> None:
    taken = AppointmentFactory(email="camille@exemple.fr")

    withdraw_slot(slot=taken.slot, at=AT)

    taken.refresh_from_db()
    assert taken.state == AppointmentState.CANCELLED
    assert OutgoingEmail.objects.get().to == "camille@exemple.fr"
    assert not Slot.objects.free(AT).exists()


def test_the_day_after_nothing_names_anybody() -> None:
    slot = SlotFactory(starts_at=AT)
    taken = book_by_phone(
        slot=slot, resident=resident(), by=UserFactory(), at=AT - timedelta(days=1)
    )
    tomorrow = SlotFactory(place=slot.place, starts_at=AT + timedelta(days=1))
    kept = AppointmentFactory(slot=tomorrow)
    lapsed = hold_slot(
        slot=SlotFactory(), resident=resident(3, "c@exemple.fr"), at=AT - timedelta(hours=1)
    )

    # The same evening it is still there: somebody may ask who came.
    assert forget_past(date(2026, 11, 19), datetime(2026, 11, 20, 22, 59, tzinfo=UTC)) == 0
    midnight = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    the_day = date(2026, 11, 20)
    assert [forget_past(the_day, midnight), forget_past(the_day, midnight)] == [1, 0]

    taken.refresh_from_db()
    assert (taken.name, taken.phone, taken.email, taken.commune) == ("", "", "", None)
    assert taken.state == AppointmentState.BOOKED
    assert not Appointment.objects.filter(pk=lapsed.pk).exists()
    assert not OutgoingEmail.objects.filter(related_reference=taken.reference).exists()
    kept.refresh_from_db()
    assert kept.name == "Camille Essai"


@pytest.mark.django_db(transaction=True)
def test_twenty_people_take_one_slot_and_one_has_it() -> None:
    slot, agent, commune = SlotFactory(), UserFactory(), CommuneFactory()

    def take(number: int) -> Appointment:
        who = Resident(name=f"N{number}", phone=f"+336000000{number:02}", commune=commune)
        return book_by_phone(slot=slot, resident=who, by=agent, at=AT)

    outcomes = race(*(partial(take, number) for number in range(20)))

    assert len(winners(outcomes)) == 1
    assert all(
        isinstance(outcome, RefusedError)
        for outcome in outcomes
        if outcome not in winners(outcomes)
    )
    assert Appointment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_on_ten_slots_at_once_keeps_two() -> None:
    place, agent, commune = PlaceFactory(), UserFactory(), CommuneFactory()
    slots = [SlotFactory(place=place, starts_at=AT + timedelta(days=day)) for day in range(1, 11)]

    def take(number: int, slot: Slot) -> Appointment:
        """Half of them by the same telephone, half by the same address."""
        phone = "+33600000000" if number % 2 else f"+336000000{number:02}"
        who = Resident(name="N", phone=phone, commune=commune, email="n@exemple.fr")
        return book_by_phone(slot=slot, resident=who, by=agent, at=AT)

    outcomes = race(*(partial(take, number, slot) for number, slot in enumerate(slots)))

    assert len(winners(outcomes)) == 2
    assert Appointment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_slot_withdrawn_while_it_is_taken_leaves_no_appointment_standing() -> None:
    slot, agent, commune = SlotFactory(), UserFactory(), CommuneFactory()
    who = Resident(name="N", phone="+33600000000", commune=commune)

    race(
        partial(book_by_phone, slot=slot, resident=who, by=agent, at=AT),
        partial(withdraw_slot, slot=slot, at=AT),
    )

    assert not Appointment.objects.filter(state=AppointmentState.BOOKED).exists()


def test_the_database_alone_refuses_a_second_appointment() -> None:
    taken = AppointmentFactory()

    with pytest.raises(IntegrityError, match='"care_appointment_one_a_slot"'):
        AppointmentFactory(slot=taken.slot)


def test_a_list_shows_the_next_free_slot_of_each_place() -> None:
    free = SlotFactory()
    AppointmentFactory(slot__starts_at=AT + timedelta(hours=1))

    found = with_next_slot(Place.objects.for_list(), AT)  # type: ignore[attr-defined]

    assert {place.pk: place.next_slot for place in found}[free.place_id] == free.starts_at
    assert [place.next_slot for place in found if place.pk != free.place_id] == [None]
