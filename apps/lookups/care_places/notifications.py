"""What is written to whoever takes an appointment: the place, the hour, a link to cancel."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from apps.lookups.care_places.models import Appointment
from apps.notifications.queue import queue_email


def write_code(appointment: Appointment, code: str) -> None:
    _write("appointment-code", appointment, code=code)


def write_taken(appointment: Appointment, *, token: str) -> None:
    """Nothing is written when no address was given (a booking by phone)."""
    link = settings.PUBLIC_URL + reverse("care_places:cancel", kwargs={"token": token})
    _write("appointment-taken", appointment, link=link)


def write_cancelled(appointment: Appointment) -> None:
    place = appointment.slot.place
    page = reverse("care_places:slots", kwargs={"pk": place.pk, "slug": place.slug})
    _write("appointment-cancelled", appointment, link=settings.PUBLIC_URL + page)


def _write(kind: str, appointment: Appointment, **context: Any) -> None:
    if not appointment.email:
        return
    slot = appointment.slot
    queue_email(
        kind,
        to=appointment.email,
        reference=appointment.reference,
        context={"name": appointment.name, "place": slot.place, "slot": slot, **context},
    )
