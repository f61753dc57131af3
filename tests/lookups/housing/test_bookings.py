"""A room and who gets it: holds, answers, the waiting list, and hours that run out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.accounts.models import User
from apps.lookups.housing.bookings import (
    MOST_HOLDS,
    BookingRefusedError,
    accept_offer,
    cancel_booking,
    confirm_booking,
    decline_booking,
    end_overdue_holds,
    hold_room,
    join_line,
    leave_line,
)
from apps.lookups.housing.models import Booking, BookingState, Offer, OfferStatus, Room
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.factories.housing import SEMESTER, BookingFactory, OfferFactory, RoomFactory
from tests.support.text import plain

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=72)


@pytest.fixture
def room() -> Room:
    return RoomFactory(name="Chambre bleue", offer=OfferFactory(name="Gîte du Val"))


@pytest.fixture
def student() -> User:
    return UserFactory(first_name="Lou", last_name="Test", email="lou@exemple.fr")


@pytest.fixture
def host(room: Room) -> User:
    host = UserFactory(first_name="Dany", last_name="Hôte", email="dany@exemple.fr")
    Offer.objects.update(host=host)
    return host


def hold(room: Room, student: User, **values: Any) -> Booking:
    defaults = {
        "room": room,
        "during": SEMESTER,
        "student": student,
        "name": str(student),
        "email": student.email,
        "at": AT,
    }
    return hold_room(**defaults | values)


def sent() -> list[tuple[str, str]]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("kind", "to"))


def test_hold_keeps_the_room_for_the_set_hours_and_tells_both(room: Room, student: User) -> None:
    booking = hold(room, student, note="Interne à Gien")

    assert (booking.state, booking.held_until) == (BookingState.HELD, LATER)
    assert sent() == [
        ("logement-demande", "contact@exemple.fr"),
        ("logement-retenu", "lou@exemple.fr"),
    ]
    told = plain(OutgoingEmail.objects.get(kind="logement-retenu").text)
    assert "Chambre bleue, Gîte du Val, semestre de mai 2027." in told
    assert "avant le 25 novembre 2026 à 13 h." in told
    assert "Interne à Gien" not in told
    asked = plain(OutgoingEmail.objects.get(kind="logement-demande").text)
    assert "Interne à Gien" not in asked
    # This host has no account: the guichet answers.
    assert "Le guichet unique répond pour vous : appelez-le." in asked


def test_host_with_an_account_answers_by_a_link(room: Room, student: User, host: User) -> None:
    booking = hold(room, student)

    asked = OutgoingEmail.objects.get(kind="logement-demande")
    assert asked.to == "dany@exemple.fr"
    assert f"/mon-espace/logements/reservations/{booking.pk}/repondre/" in asked.text


@pytest.mark.parametrize(
    ("during", "reason"),
    [
        (DateRange(date(2026, 11, 21), date(2026, 12, 1)), "commence aujourd’hui au plus tôt"),
        (DateRange(date(2027, 5, 1), date(2027, 11, 2)), "n’est pas ouverte à toutes ces dates"),
        (DateRange(date(2027, 4, 30), date(2027, 6, 1)), "n’est pas ouverte à toutes ces dates"),
        (DateRange(date(2027, 5, 1), date(2029, 5, 1)), "Un séjour dure un an au plus"),
    ],
)
def test_hold_outside_the_open_dates_is_refused(
    room: Room, student: User, during: DateRange, reason: str
) -> None:
    with pytest.raises(BookingRefusedError, match=reason):
        hold(room, student, during=during)


def test_hold_of_a_room_that_is_taken_is_refused(room: Room, student: User) -> None:
    hold(room, UserFactory())

    with pytest.raises(BookingRefusedError, match="Cette chambre est prise à ces dates"):
        hold(room, student, during=DateRange(date(2027, 10, 1), date(2027, 11, 1)))


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Offer, {"status": OfferStatus.WITHDRAWN}),
        (Offer, {"expires_on": date(2026, 11, 21)}),
        (Room, {"withdrawn_on": date(2026, 11, 22)}),
    ],
)
def test_hold_of_what_is_no_longer_offered_is_refused(
    room: Room, student: User, model: Any, values: dict[str, Any]
) -> None:
    model.objects.update(**values)

    with pytest.raises(BookingRefusedError, match="n’est plus proposée"):
        hold(room, student)


def test_nobody_holds_every_room(student: User) -> None:
    for _ in range(MOST_HOLDS):
        hold(RoomFactory(), student)

    with pytest.raises(BookingRefusedError, match="Vous avez déjà 3 demandes en attente"):
        hold(RoomFactory(), student)


def test_host_confirms_and_the_student_reads_the_address(
    room: Room, student: User, host: User
) -> None:
    booking = confirm_booking(booking=hold(room, student), by=host, at=AT)

    assert (booking.state, booking.held_until) == (BookingState.CONFIRMED, None)
    assert (booking.decided_by, booking.decided_at) == (host, AT)
    told = OutgoingEmail.objects.get(kind="logement-confirme")
    assert (told.to, "Adresse : 1 rue de l’Essai." in plain(told.text)) == ("lou@exemple.fr", True)


def test_guichet_answers_for_any_host(room: Room, student: User, caseworker: User) -> None:
    booking = decline_booking(booking=hold(room, student), by=caseworker, answer="Fuite", at=AT)

    assert (booking.state, booking.answer, booking.ended_at) == (BookingState.DECLINED, "Fuite", AT)
    assert "declinée" not in OutgoingEmail.objects.get(kind="logement-fini").text
    assert "déclinée" in OutgoingEmail.objects.get(kind="logement-fini").text


def test_stranger_neither_answers_nor_cancels(room: Room, student: User, auditor: User) -> None:
    booking = hold(room, student)

    for stranger in (UserFactory(), auditor):
        with pytest.raises(BookingRefusedError, match="Seuls l’hôte"):
            confirm_booking(booking=booking, by=stranger, at=AT)
        with pytest.raises(BookingRefusedError, match="Seuls l’hôte"):
            cancel_booking(booking=booking, by=stranger, at=AT)


def test_answer_after_the_hour_is_refused_even_unswept(
    room: Room, student: User, host: User
) -> None:
    booking = hold(room, student)

    with pytest.raises(BookingRefusedError, match="Le délai de réponse est passé"):
        confirm_booking(booking=booking, by=host, at=LATER)


def test_second_answer_is_refused(room: Room, student: User, host: User) -> None:
    booking = hold(room, student)
    confirm_booking(booking=booking, by=host, at=AT)

    with pytest.raises(BookingRefusedError, match=r"déjà «.Confirmée.»"):
        decline_booking(booking=booking, by=host, answer="", at=AT)


def test_hold_ends_at_its_hour_and_the_room_is_free(room: Room, student: User) -> None:
    booking = hold(room, student)

    assert end_overdue_holds(at=LATER - timedelta(seconds=1)) == 0
    assert end_overdue_holds(at=LATER) == 1
    assert end_overdue_holds(at=LATER) == 0
    booking.refresh_from_db()
    assert (booking.state, booking.ended_at) == (BookingState.EXPIRED, LATER)
    assert sent()[2:] == [("logement-fini", "lou@exemple.fr")]


def test_hold_that_nobody_swept_does_not_keep_the_room(room: Room, student: User) -> None:
    old = hold(room, student)

    new = hold(room, UserFactory(), at=LATER)

    old.refresh_from_db()
    assert (old.state, new.state) == (BookingState.EXPIRED, BookingState.HELD)


def test_student_cancels_and_the_host_is_told(room: Room, student: User) -> None:
    cancel_booking(booking=hold(room, student), by=student, at=AT)

    assert sent()[2:] == [("logement-annule", "contact@exemple.fr")]
    assert hold(room, UserFactory()).state == BookingState.HELD


def test_host_takes_a_confirmed_room_back_and_the_student_is_told(
    room: Room, student: User, host: User
) -> None:
    booking = confirm_booking(booking=hold(room, student), by=host, at=AT)

    cancel_booking(booking=booking, by=host, answer="Travaux", at=AT)

    assert sent()[-1] == ("logement-fini", "lou@exemple.fr")
    assert Booking.objects.get().answer == "Travaux"


def test_booking_noted_for_an_address_is_its_owners(room: Room, student: User) -> None:
    booking = hold_room(
        room=room, during=SEMESTER, student=None, name="Lou", email="LOU@exemple.fr", at=AT
    )

    assert list(Booking.objects.of(student)) == [booking]
    assert list(Booking.objects.of(UserFactory())) == []
    cancel_booking(booking=booking, by=student, at=AT)


# --- The waiting list


def test_room_that_is_freed_goes_to_the_first_in_line(room: Room, student: User) -> None:
    taken = hold(room, UserFactory())
    second = UserFactory()
    join_line(room=room, during=SEMESTER, student=student, at=AT)
    join_line(room=room, during=SEMESTER, student=second, at=AT + timedelta(minutes=1))

    cancel_booking(booking=taken, by=taken.student, at=AT)

    offered = Booking.objects.get(state=BookingState.OFFERED)
    assert (offered.student, offered.held_until) == (student, AT + timedelta(hours=24))
    assert sent()[-1] == ("logement-propose", "lou@exemple.fr")
    # Whoever comes along does not pass before the line.
    with pytest.raises(BookingRefusedError, match="est prise"):
        hold(room, UserFactory())


def test_offer_of_the_line_runs_out_and_goes_to_the_next(room: Room, student: User) -> None:
    taken = hold(room, UserFactory())
    second = UserFactory()
    join_line(room=room, during=SEMESTER, student=student, at=AT)
    join_line(room=room, during=SEMESTER, student=second, at=AT + timedelta(minutes=1))
    cancel_booking(booking=taken, by=taken.student, at=AT)

    assert end_overdue_holds(at=AT + timedelta(hours=24)) == 1

    offered = Booking.objects.get(state=BookingState.OFFERED)
    assert (offered.student, offered.held_until) == (second, AT + timedelta(hours=48))


def test_accepted_offer_is_a_hold_that_the_host_answers(
    room: Room, student: User, host: User
) -> None:
    taken = hold(room, UserFactory())
    join_line(room=room, during=SEMESTER, student=student, at=AT)
    decline_booking(booking=taken, by=host, answer="", at=AT)
    offered = Booking.objects.get(state=BookingState.OFFERED)

    with pytest.raises(BookingRefusedError, match="quelqu’un d’autre"):
        accept_offer(booking=offered, by=host, at=AT)
    with pytest.raises(BookingRefusedError, match="n’est plus valable"):
        accept_offer(booking=offered, by=student, at=AT + timedelta(hours=24))

    held = accept_offer(booking=offered, by=student, at=AT + timedelta(hours=1))
    assert (held.state, held.held_until) == (BookingState.HELD, AT + timedelta(hours=73))
    assert confirm_booking(booking=held, by=host, at=AT).state == BookingState.CONFIRMED


def test_line_is_for_rooms_that_are_taken(room: Room, student: User) -> None:
    with pytest.raises(BookingRefusedError, match="est libre à ces dates"):
        join_line(room=room, during=SEMESTER, student=student, at=AT)

    hold(room, UserFactory())
    join_line(room=room, during=SEMESTER, student=student, at=AT)
    with pytest.raises(BookingRefusedError, match="Vous attendez déjà"):
        join_line(room=room, during=SEMESTER, student=student, at=AT)


def test_who_left_the_line_is_offered_nothing(room: Room, student: User) -> None:
    taken = hold(room, UserFactory())
    entry = join_line(room=room, during=SEMESTER, student=student, at=AT)
    with pytest.raises(BookingRefusedError):
        leave_line(entry=entry, by=taken.student, at=AT)
    leave_line(entry=entry, by=student, at=AT)
    leave_line(entry=entry, by=student, at=AT)

    cancel_booking(booking=taken, by=taken.student, at=AT)

    assert not Booking.objects.filter(state=BookingState.OFFERED).exists()


def test_line_with_dates_that_have_begun_is_passed(room: Room, student: User, host: User) -> None:
    taken = confirm_booking(booking=hold(room, UserFactory()), by=host, at=AT)
    join_line(room=room, during=SEMESTER, student=student, at=AT)

    cancel_booking(booking=taken, by=host, at=datetime(2027, 6, 1, tzinfo=UTC))

    assert not Booking.objects.filter(state=BookingState.OFFERED).exists()


def test_booking_that_ended_is_not_cancelled_again(room: Room, student: User) -> None:
    ended = BookingFactory(
        room=room, student=student, state=BookingState.EXPIRED, held_until=None, ended_at=AT
    )

    with pytest.raises(BookingRefusedError, match="déjà finie"):
        cancel_booking(booking=ended, by=student, at=AT)
