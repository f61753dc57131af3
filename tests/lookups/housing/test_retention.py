"""Half a year after a stay, nothing says whose it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pghistory.core import event_models

from apps.lookups.housing import retention
from apps.lookups.housing.bookings import (
    cancel_booking,
    confirm_booking,
    decline_booking,
    hold_room,
    join_line,
    leave_line,
)
from apps.lookups.housing.models import Booking, BookingState, Room, WaitingEntry
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.factories.housing import SEMESTER, RoomFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
# The stay is over on 1 November 2027.
HALF_A_YEAR_AFTER = date(2028, 5, 1)


@pytest.fixture
def room() -> Room:
    room: Room = RoomFactory()
    room.offer.host = UserFactory()
    room.offer.save()
    return room


def hold(room: Room, student: Any) -> Booking:
    return hold_room(
        room=room,
        during=SEMESTER,
        student=student,
        name="Lou Test",
        email="lou@exemple.fr",
        note="Interne à Gien",
        at=AT,
    )


def forget_stays(*, on: date) -> int:
    """As the nightly round does on a day, by the length that the portal comes with."""
    [rule] = retention.stay_rules()
    assert rule.default is not None
    return retention.forget_stays(rule.default.before(on), datetime.combine(on, time(3), UTC))


def named(booking: Booking) -> tuple[Any, ...]:
    booking.refresh_from_db()
    return booking.student_id, booking.name, booking.email, booking.note, booking.answer


def test_a_stay_is_forgotten_half_a_year_after_its_last_day(room: Room) -> None:
    booking = hold(room, UserFactory())
    confirm_booking(booking=booking, by=room.offer.host, at=AT)

    assert forget_stays(on=HALF_A_YEAR_AFTER - timedelta(days=1)) == 0
    assert named(booking)[1] == "Lou Test"
    assert forget_stays(on=HALF_A_YEAR_AFTER) == 1

    assert named(booking) == (None, "", "", "", "")
    assert (booking.state, booking.forgotten_on) == (BookingState.CONFIRMED, HALF_A_YEAR_AFTER)
    assert (booking.room, booking.during) == (room, SEMESTER)
    assert not OutgoingEmail.objects.exists()
    [history] = event_models(tracks_model=Booking)
    assert not history.objects.exists()
    assert forget_stays(on=HALF_A_YEAR_AFTER) == 0


def test_a_request_is_forgotten_half_a_year_after_its_end(room: Room) -> None:
    booking = hold(room, UserFactory())
    decline_booking(booking=booking, by=room.offer.host, answer="Complet", at=AT)

    assert forget_stays(on=date(2027, 5, 22)) == 0
    assert forget_stays(on=date(2027, 5, 23)) == 1
    assert named(booking) == (None, "", "", "", "")


def test_what_is_still_asked_for_is_kept(room: Room) -> None:
    hold(room, UserFactory())

    assert forget_stays(on=date(2037, 1, 1)) == 0


def test_places_in_line_go_with_the_booking_or_once_left(room: Room) -> None:
    taken = hold(room, UserFactory())
    entries = [
        join_line(room=room, during=SEMESTER, student=UserFactory(), at=AT) for _ in range(3)
    ]
    leave_line(entry=entries[2], by=entries[2].student, at=AT)
    cancel_booking(booking=taken, by=taken.student, at=AT)
    served = Booking.objects.get(state=BookingState.OFFERED)
    cancel_booking(booking=served, by=served.student, at=AT)
    # Now the second one is offered the room, and has not answered.

    assert forget_stays(on=date(2027, 5, 23)) == 2

    assert list(WaitingEntry.objects.all()) == [entries[1]]
    [history] = event_models(tracks_model=WaitingEntry)
    assert {event.pgh_obj_id for event in history.objects.all()} == {entries[1].pk}
