"""Real threads: one room, many hands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from apps.lookups.housing.bookings import (
    BookingRefusedError,
    cancel_booking,
    confirm_booking,
    end_overdue_holds,
    hold_room,
    join_line,
)
from apps.lookups.housing.models import Booking, BookingState
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.factories.housing import SEMESTER, BookingFactory, RoomFactory
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOLDS = 100


def test_a_hundred_holds_at_once_leave_one() -> None:
    room = RoomFactory()

    outcomes = race(
        *[
            partial(
                hold_room,
                room=room,
                during=SEMESTER,
                student=None,
                name=f"Étudiant {number}",
                email=f"etudiant{number}@exemple.fr",
                at=AT,
            )
            for number in range(HOLDS)
        ]
    )

    assert len(winners(outcomes)) == 1
    refusals = [outcome for outcome in outcomes if isinstance(outcome, BookingRefusedError)]
    assert len(refusals) == HOLDS - 1
    assert Booking.objects.count() == 1
    assert OutgoingEmail.objects.count() == 2


def test_one_person_on_twelve_rooms_at_once_holds_three() -> None:
    """Each room has its own lock: the person's is what counts them one at a time."""
    rooms = [RoomFactory() for _ in range(12)]

    outcomes = race(
        *[
            partial(
                hold_room,
                room=room,
                during=SEMESTER,
                student=None,
                name="Lou Test",
                email="Lou@exemple.fr" if number % 2 else "lou@exemple.fr",
                at=AT,
            )
            for number, room in enumerate(rooms)
        ]
    )

    assert len(winners(outcomes)) == 3
    assert Booking.objects.count() == 3
    refusals = {str(outcome) for outcome in outcomes if isinstance(outcome, BookingRefusedError)}
    assert refusals == {"Vous avez déjà 3 demandes en attente. Attendez une réponse."}


def test_two_workers_end_each_hold_once_and_serve_the_line_once() -> None:
    overdue = AT + timedelta(days=4)
    for _ in range(5):
        booking = BookingFactory()
        join_line(room=booking.room, during=SEMESTER, student=UserFactory(), at=AT)

    outcomes = race(*[partial(end_overdue_holds, at=overdue)] * 2)

    assert sum(outcomes) == 5
    assert Booking.objects.filter(state=BookingState.EXPIRED).count() == 5
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 5
    assert OutgoingEmail.objects.filter(kind="logement-fini").count() == 5
    assert OutgoingEmail.objects.filter(kind="logement-propose").count() == 5


def test_confirming_and_cancelling_at_once_leave_one_of_them() -> None:
    booking = BookingFactory()
    host = UserFactory()
    booking.room.offer.host = host
    booking.room.offer.save()

    race(
        partial(confirm_booking, booking=booking, by=host, at=AT),
        partial(cancel_booking, booking=booking, by=booking.student, at=AT),
    )

    booking.refresh_from_db()
    # The student may cancel after the answer, never before it and be confirmed all the same.
    assert booking.state == BookingState.CANCELLED
    told = OutgoingEmail.objects.filter(kind="logement-confirme").count()
    assert told == (1 if booking.decided_at else 0)
