"""Holding a room, and what becomes of it. These verbs alone write bookings and the line.

Each locks the room first, then looks again: two people never get the same room, and an hour that
runs out is dealt with once. The exclusion constraint of Booking is the last word. Who asks is
locked before the room: their requests are counted one at a time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core import clock
from apps.core.locks import lock_names
from apps.lookups.housing.models import Booking, BookingState, Room, WaitingEntry
from apps.lookups.housing.notifications import tell_host, tell_student
from apps.lookups.housing.permissions import is_students_own, why_not_answer, why_not_cancel

LONGEST_STAY = timedelta(days=366)
# Who could hold every room would leave none to the others.
MOST_HOLDS = 3


class BookingRefusedError(Exception):
    """What was asked cannot be; the message is a French sentence for people."""


@transaction.atomic
def hold_room(
    *,
    room: Room,
    during: DateRange,
    student: Any,
    name: str,
    email: str,
    at: datetime,
    note: str = "",
) -> Booking:
    """Keep a room for somebody while its host answers; `student` is None without an account.

    Side effects: stays whose hour has passed are ended first, and the line is served before the
    newcomer; e-mails to the host and the student. Raises BookingRefusedError.
    """
    lock_names(f"housing.holds:{email.lower()}")
    locked = lock_room(room.pk)
    _end_overdue(locked, at=at)
    if reason := why_not_hold(locked, during=during, email=email, at=at):
        raise BookingRefusedError(reason)
    booking = Booking.objects.create(
        room=locked,
        during=during,
        student=student,
        name=name,
        email=email.lower(),
        note=note,
        state=BookingState.HELD,
        held_until=at + timedelta(hours=settings.HOUSING_HOLD_HOURS),
        created_at=at,
    )
    tell_host("logement-demande", booking, at=at)
    tell_student("logement-retenu", booking, at=at)
    return booking


def why_not_hold(room: Room, *, during: DateRange, email: str, at: datetime) -> str:
    """Why a room cannot be held for a period, or an empty string. At most 3 queries."""
    if reason := _why_not_stay(room, during, at):
        return reason
    if not room.availabilities.filter(during__contains=during).exists():
        return "Cette chambre n’est pas ouverte à toutes ces dates. Choisissez une date proposée."
    if room.bookings.live(at).filter(during__overlap=during).exists():
        return "Cette chambre est prise à ces dates. Inscrivez-vous sur sa liste d’attente."
    held = Booking.objects.live(at).filter(email=email.lower(), state=BookingState.HELD)
    if held.count() >= MOST_HOLDS:
        return f"Vous avez déjà {MOST_HOLDS} demandes en attente. Attendez une réponse."
    return ""


def _why_not_stay(room: Room, during: DateRange, at: datetime) -> str:
    on = clock.paris_date(at)
    if not room.offer.is_online(on) or not room.is_in_use(on):
        return "Cette chambre n’est plus proposée."
    if during.lower < on:
        return "Le séjour commence aujourd’hui au plus tôt."
    if during.upper - during.lower > LONGEST_STAY:
        return "Un séjour dure un an au plus."
    return ""


@transaction.atomic
def confirm_booking(*, booking: Booking, by: Any, at: datetime) -> Booking:
    """The host or the guichet says yes. Side effect: an e-mail to the student.

    Raises BookingRefusedError: no right, answered already, or too late.
    """
    locked = _lock_booking(booking)
    if reason := why_not_answer(locked, by) or why_not_answer_now(locked, at):
        raise BookingRefusedError(reason)
    locked.state = BookingState.CONFIRMED
    locked.held_until = None
    locked.decided_at, locked.decided_by = at, by
    locked.save(update_fields=["state", "held_until", "decided_at", "decided_by"])
    tell_student("logement-confirme", locked, at=at)
    return locked


@transaction.atomic
def decline_booking(*, booking: Booking, by: Any, answer: str, at: datetime) -> Booking:
    """The host or the guichet says no, with a word for the student, or none.

    Side effects: an e-mail to the student; the next in line is offered the room.
    Raises BookingRefusedError.
    """
    locked = _lock_booking(booking)
    if reason := why_not_answer(locked, by) or why_not_answer_now(locked, at):
        raise BookingRefusedError(reason)
    locked.answer = answer
    locked.decided_by = by
    _end(locked, BookingState.DECLINED, at=at)
    tell_student("logement-fini", locked, at=at)
    serve_line(locked.room, at=at)
    return locked


def why_not_answer_now(booking: Booking, at: datetime) -> str:
    if booking.state == BookingState.HELD and booking.is_live(at):
        return ""
    if booking.state in (BookingState.HELD, BookingState.EXPIRED):
        return "Le délai de réponse est passé : la chambre n’est plus retenue."
    return f"Cette demande est déjà « {booking.get_state_display()} »."


@transaction.atomic
def cancel_booking(*, booking: Booking, by: Any, answer: str = "", at: datetime) -> Booking:
    """The student gives the room up, or the host or the guichet takes it back.

    Side effects: an e-mail to the others; the next in line is offered the room.
    Raises BookingRefusedError.
    """
    locked = _lock_booking(booking)
    if reason := why_not_cancel(locked, by) or why_not_cancel_now(locked, at):
        raise BookingRefusedError(reason)
    was_offered = locked.state == BookingState.OFFERED
    locked.answer = answer
    _end(locked, BookingState.CANCELLED, at=at)
    if not is_students_own(locked, by):
        tell_student("logement-fini", locked, at=at)
    elif not was_offered:
        tell_host("logement-annule", locked, at=at)
    serve_line(locked.room, at=at)
    return locked


def why_not_cancel_now(booking: Booking, at: datetime) -> str:
    if not booking.is_live(at):
        return "Cette réservation est déjà finie."
    if booking.during.upper <= clock.paris_date(at):
        return "Ce séjour est passé."
    return ""


@transaction.atomic
def accept_offer(*, booking: Booking, by: Any, at: datetime) -> Booking:
    """The next in line says yes: the room is held, as if asked for.

    Side effects: e-mails, as hold_room. Raises BookingRefusedError.
    """
    locked = _lock_booking(booking)
    if not is_students_own(locked, by):
        raise BookingRefusedError("Cette proposition est faite à quelqu’un d’autre.")
    if reason := why_not_accept_now(locked, at):
        raise BookingRefusedError(reason)
    locked.state = BookingState.HELD
    locked.held_until = at + timedelta(hours=settings.HOUSING_HOLD_HOURS)
    locked.save(update_fields=["state", "held_until"])
    tell_host("logement-demande", locked, at=at)
    tell_student("logement-retenu", locked, at=at)
    return locked


def why_not_accept_now(booking: Booking, at: datetime) -> str:
    if booking.state == BookingState.OFFERED and booking.is_live(at):
        return ""
    return "Cette proposition n’est plus valable."


def end_overdue_holds(*, at: datetime) -> int:
    """End the holds and offers whose hour has passed, and offer the rooms on. Returns how many.

    Two workers at once: a room's lock makes the second find nothing left. One transaction a room.
    """
    overdue = Booking.objects.over(at).values_list("room", flat=True)
    ended = 0
    for room_id in sorted(set(overdue)):
        with transaction.atomic():
            ended += _end_overdue(lock_room(room_id), at=at)
    return ended


@transaction.atomic
def join_line(*, room: Room, during: DateRange, student: Any, at: datetime) -> WaitingEntry:
    """Wait for a room that is taken. Raises BookingRefusedError with the reason."""
    locked = lock_room(room.pk)
    if reason := why_not_join(locked, during=during, student=student, at=at):
        raise BookingRefusedError(reason)
    return WaitingEntry.objects.create(room=locked, during=during, student=student, created_at=at)


def why_not_join(room: Room, *, during: DateRange, student: Any, at: datetime) -> str:
    if reason := _why_not_stay(room, during, at):
        return reason
    if not room.availabilities.filter(during__contains=during).exists():
        return "Cette chambre n’est pas ouverte à toutes ces dates."
    if not room.bookings.live(at).filter(during__overlap=during).exists():
        return "Cette chambre est libre à ces dates : demandez-la."
    if room.waiting.waiting().filter(student=student, during=during).exists():
        return "Vous attendez déjà cette chambre pour ces dates."
    return ""


@transaction.atomic
def leave_line(*, entry: WaitingEntry, by: Any, at: datetime) -> None:
    """Raises BookingRefusedError for another's place; leaving twice changes nothing."""
    lock_room(entry.room_id)
    locked = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if locked.student_id != by.pk:
        raise BookingRefusedError("Cette inscription est à quelqu’un d’autre.")
    if locked.left_at is None and locked.booking_id is None:
        locked.left_at = at
        locked.save(update_fields=["left_at"])


def serve_line(room: Room, *, at: datetime) -> list[Booking]:
    """Offer the room to those in line whose dates are free, first come first served.

    Call it with the room locked. Side effects: bookings, e-mails.
    """
    offered = []
    for entry in room.waiting.waiting().select_related("student"):
        if _why_not_stay(room, entry.during, at) or not _is_free(room, entry.during, at):
            continue
        entry.booking = Booking.objects.create(
            room=room,
            during=entry.during,
            student=entry.student,
            name=str(entry.student),
            email=entry.student.email,
            state=BookingState.OFFERED,
            held_until=at + timedelta(hours=settings.HOUSING_OFFER_HOURS),
            created_at=at,
        )
        entry.save(update_fields=["booking"])
        tell_student("logement-propose", entry.booking, at=at)
        offered.append(entry.booking)
    return offered


def _is_free(room: Room, during: DateRange, at: datetime) -> bool:
    return Room.objects.filter(pk=room.pk).free(during, at).exists()


def lock_room(room_id: int) -> Room:
    """The room with its offer, locked until the end of the transaction."""
    rooms = Room.objects.select_related("offer__commune", "offer__host")
    return rooms.select_for_update(of=("self",)).get(pk=room_id)


def _lock_booking(booking: Booking) -> Booking:
    room = lock_room(booking.room_id)
    locked = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    locked.room = room
    return locked


def _end_overdue(room: Room, *, at: datetime) -> int:
    """Of a locked room. Side effects: as end_overdue_holds."""
    overdue = list(room.bookings.over(at).order_by("pk"))
    for booking in overdue:
        booking.room = room
        _end(booking, BookingState.EXPIRED, at=at)
        tell_student("logement-fini", booking, at=at)
    if overdue:
        serve_line(room, at=at)
    return len(overdue)


def _end(booking: Booking, state: BookingState, *, at: datetime) -> None:
    booking.state = state
    booking.held_until = None
    booking.ended_at = at
    booking.save(update_fields=["state", "held_until", "ended_at", "answer", "decided_by"])
