"""Appointments that clinics keep for residents: published, taken, given back, forgotten.

A slot is taken once: its row is locked, and the database holds one live appointment a slot. Who
takes it is locked before it: nobody keeps more than MOST_A_PERSON. Nobody is asked why they come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.core.clock import PARIS, paris_date
from apps.core.locks import lock_names
from apps.core.one_time_codes import VALID_FOR
from apps.lookups.care_places.models import (
    Appointment,
    AppointmentCode,
    AppointmentState,
    Place,
    Slot,
)
from apps.lookups.care_places.notifications import (
    write_cancelled,
    write_code,
    write_taken,
)
from apps.lookups.care_places.refusals import RefusedError
from apps.notifications.models import OutgoingEmail
from apps.territory.models import Commune

# Slots are few: one person does not keep more of them than that at a time.
MOST_A_PERSON = 2
MOST_IN_A_SERIES = 200
_CANCEL_LINK = "care_places.appointment.cancel"  # what its signature is for


@dataclass(frozen=True, kw_only=True)
class Resident:
    """All that is asked of whoever comes: no reason, no health data."""

    name: str
    phone: str
    commune: Commune
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Series:
    """Slots of the same length, one after another, on the same days of several weeks.

    `weekdays` counts from Monday, 0; the last day is included.
    """

    first_day: date
    last_day: date
    weekdays: frozenset[int]
    opens: time
    closes: time
    minutes: int

    def starts(self) -> list[datetime]:
        """When each slot begins, in order; a slot that would end after `closes` is left out."""
        length = timedelta(minutes=self.minutes)
        found = []
        for number in range((self.last_day - self.first_day).days + 1):
            day = self.first_day + timedelta(days=number)
            if day.weekday() not in self.weekdays:
                continue
            begins = datetime.combine(day, self.opens, PARIS)
            until = datetime.combine(day, self.closes, PARIS)
            while begins + length <= until:
                found.append(begins)
                begins += length
        return found


@transaction.atomic
def publish_slots(
    *, place: Place, series: Series, by: User, at: datetime, practitioner: str = ""
) -> list[Slot]:
    """Publish the slots of a series, all or none. Raises RefusedError.

    Side effects: one row a slot; residents may take them from now on.
    """
    starts = series.starts()
    if not starts:
        raise RefusedError("Aucun créneau ne tient dans ces jours et ces heures.")
    if len(starts) > MOST_IN_A_SERIES:
        raise RefusedError(
            f"Cette série compte {len(starts)} créneaux : {MOST_IN_A_SERIES} au plus à la fois."
        )
    if starts[0] <= at:
        raise RefusedError("Le premier créneau est déjà passé.")
    if place.gone_on:
        raise RefusedError("Ce lieu a fermé.")
    Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    length = timedelta(minutes=series.minutes)
    clashing = Slot.objects.filter(
        place=place,
        practitioner=practitioner,
        withdrawn_at=None,
        starts_at__lt=starts[-1] + length,
        ends_at__gt=starts[0],
    )
    known = [(slot.starts_at, slot.ends_at) for slot in clashing]
    if any(start < end and begins < start + length for start in starts for begins, end in known):
        raise RefusedError(
            "Un créneau existe déjà à l’une de ces heures avec ce professionnel. "
            "Retirez-le d’abord, ou changez les heures."
        )
    return Slot.objects.bulk_create(
        Slot(
            place=place,
            practitioner=practitioner,
            starts_at=start,
            ends_at=start + length,
            published_at=at,
            published_by=by,
        )
        for start in starts
    )


def why_not_take(slot: Slot, resident: Resident | None, *, at: datetime) -> str:
    """Why this slot cannot be taken now, in French; "" when it can. Call it on the locked row."""
    if slot.withdrawn_at or slot.place.gone_on:
        return "Le lieu a retiré ce créneau. Choisissez-en un autre."
    if slot.starts_at <= at:
        return "Ce créneau est passé. Choisissez-en un autre."
    taken = Appointment.objects.live(at).filter(slot=slot)
    if resident is None:
        return "Ce créneau vient d’être pris. Choisissez-en un autre." if taken.exists() else ""
    own = Q(phone=resident.phone)
    if resident.email:
        own |= Q(email__iexact=resident.email)
    if taken.exclude(own & Q(state=AppointmentState.HELD)).exists():
        return "Ce créneau vient d’être pris. Choisissez-en un autre."
    others = Appointment.objects.live(at).filter(own, slot__starts_at__gt=at).exclude(slot=slot)
    if others.count() >= MOST_A_PERSON:
        return f"Vous avez déjà {MOST_A_PERSON} rendez-vous à venir : annulez-en un d’abord."
    return ""


@transaction.atomic
def hold_slot(*, slot: Slot, resident: Resident, at: datetime) -> Appointment:
    """Keep `slot` for fifteen minutes, and send the code that confirms it. Raises RefusedError.

    Side effects: an appointment that waits for its code, a code by e-mail; an earlier attempt of
    the same person on the same slot gives way.
    """
    appointment = _give(
        slot, resident, at=at, state=AppointmentState.HELD, held_until=at + VALID_FOR
    )
    code = AppointmentCode.objects.issue(
        purpose=_purpose(appointment), at=at, appointment=appointment
    )
    write_code(appointment, code)
    return appointment


@transaction.atomic
def confirm(*, appointment_id: int, code: str, at: datetime) -> Appointment | None:
    """The appointment, taken, when the code is right, fresh and unused; else None.

    Side effects: the code is used up, the confirmation leaves by e-mail; a wrong code costs one
    of its tries.
    """
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("slot__place__commune")
        .filter(pk=appointment_id, state=AppointmentState.HELD)
        .first()
    )
    if appointment is None:
        return None
    latest = appointment.codes.select_for_update(of=("self",)).first()
    if latest is None or not latest.take(code, purpose=_purpose(appointment), at=at):
        return None
    appointment.state, appointment.booked_at = AppointmentState.BOOKED, at
    appointment.save(update_fields=["state", "booked_at"])
    write_taken(appointment, token=cancel_token(appointment))
    return appointment


@transaction.atomic
def book_by_phone(*, slot: Slot, resident: Resident, by: User, at: datetime) -> Appointment:
    """An agent takes `slot` for somebody on the phone. Raises RefusedError.

    Side effects: the appointment; its confirmation, when an address was given.
    """
    appointment = _give(
        slot, resident, at=at, state=AppointmentState.BOOKED, booked_at=at, booked_by=by
    )
    write_taken(appointment, token=cancel_token(appointment))
    return appointment


def _give(slot: Slot, resident: Resident, *, at: datetime, **facts: Any) -> Appointment:
    """The row that gives `slot` to `resident`, in the place of an attempt without its code.

    Raises RefusedError.
    """
    own = [f"care_places.resident:{resident.phone}"]
    if resident.email:
        own.append(f"care_places.resident:{resident.email.lower()}")
    lock_names(*own)
    locked = _lock(slot)
    if reason := why_not_take(locked, resident, at=at):
        raise RefusedError(reason)
    Appointment.objects.filter(slot=locked, state=AppointmentState.HELD).delete()
    return Appointment.objects.create(
        slot=locked,
        name=resident.name,
        phone=resident.phone,
        commune=resident.commune,
        email=resident.email,
        created_at=at,
        **facts,
    )


def why_not_cancel(appointment: Appointment, *, at: datetime) -> str:
    """Why it cannot be cancelled, in French; "" when it can."""
    if appointment.state == AppointmentState.CANCELLED:
        return "Ce rendez-vous est déjà annulé."
    if appointment.state != AppointmentState.BOOKED:
        return "Ce rendez-vous n’est pas confirmé : il s’annule de lui-même."
    if appointment.slot.starts_at <= at:
        return "Ce rendez-vous est passé."
    return ""


@transaction.atomic
def cancel(*, appointment: Appointment, at: datetime) -> Appointment:
    """Give the slot back: others may take it at once. Raises RefusedError.

    Side effects: its state; an e-mail, when an address was given.
    """
    locked = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("slot__place__commune")
        .get(pk=appointment.pk)
    )
    if reason := why_not_cancel(locked, at=at):
        raise RefusedError(reason)
    locked.state, locked.cancelled_at = AppointmentState.CANCELLED, at
    locked.save(update_fields=["state", "cancelled_at"])
    write_cancelled(locked)
    return locked


@transaction.atomic
def withdraw_slot(*, slot: Slot, at: datetime) -> Appointment | None:
    """The place takes its slot back; the appointment that this cancels, if any, to tell them.

    Side effects: the slot is no longer offered; its appointment is cancelled, with an e-mail when
    an address was given. Raises RefusedError.
    """
    locked = _lock(slot)
    if locked.withdrawn_at:
        raise RefusedError("Ce créneau est déjà retiré.")
    if locked.starts_at <= at:
        raise RefusedError("Ce créneau est passé.")
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    Appointment.objects.filter(slot=locked, state=AppointmentState.HELD).delete()
    taken = Appointment.objects.filter(slot=locked, state=AppointmentState.BOOKED).first()
    return cancel(appointment=taken, at=at) if taken else None


@transaction.atomic
def forget_past(before: date, at: datetime) -> int:
    """Empty the appointments of a day or earlier, e-mails included; how many.

    The row stays, with its slot and its state: counts need nobody's name. What was held and never
    confirmed goes altogether.
    """
    next_day = datetime.combine(before + timedelta(days=1), time(), PARIS)
    Appointment.objects.lapsed(at).delete()
    past = list(Appointment.objects.select_for_update(of=("self",)).to_forget(next_day))
    OutgoingEmail.objects.filter(
        related_reference__in=[appointment.reference for appointment in past]
    ).delete()
    return Appointment.objects.filter(pk__in=[row.pk for row in past]).update(
        name="", phone="", email="", commune=None, forgotten_at=at
    )


def cancel_token(appointment: Appointment) -> str:
    """What the link of the e-mail holds: signed, good until the appointment."""
    return signing.dumps(appointment.pk, salt=_CANCEL_LINK)


def find_by_token(token: str) -> Appointment | None:
    try:
        pk = signing.loads(token, salt=_CANCEL_LINK)
    except signing.BadSignature:
        return None
    return Appointment.objects.select_related("slot__place__commune").filter(pk=pk).first()


def free_by_day(slots: Iterable[Slot]) -> list[tuple[date, list[Slot]]]:
    """Slots in order, grouped by the day in Paris."""
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(paris_date(slot.starts_at), []).append(slot)
    return list(days.items())


def _lock(slot: Slot) -> Slot:
    return (
        Slot.objects.select_for_update(of=("self",))
        .select_related("place__commune")
        .get(pk=slot.pk)
    )


def _purpose(appointment: Appointment) -> str:
    return f"appointment:{appointment.pk}"
