"""Take a slot kept for residents: choose, say who you are, type the code. Cancel by a link.

What is typed is kept with the appointment, never in the session, which only remembers its number.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import clock, throttles
from apps.core.one_time_codes import OneTimeCodeForm
from apps.lookups.care_places.appointment_forms import OwnAppointmentForm
from apps.lookups.care_places.appointments import (
    cancel,
    confirm,
    find_by_token,
    free_by_day,
    hold_slot,
    why_not_cancel,
    why_not_take,
)
from apps.lookups.care_places.models import Appointment, AppointmentState, Place, Slot
from apps.lookups.care_places.refusals import RefusedError

_HELD = "care_appointment_held"  # session: number of the appointment whose code is awaited
_TAKEN = "care_appointment_taken"  # session: number of the one just taken
_SHOWN = 200


@require_safe
@never_cache
def slots(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The free slots of a place, day by day. 2 queries."""
    place = get_object_or_404(Place.objects.for_list(), pk=pk)
    if place.slug != slug:
        return redirect("care_places:slots", pk=pk, slug=place.slug, permanent=True)
    free = Slot.objects.free(clock.now()).filter(place=place)[:_SHOWN]
    return _draw(request, "slots", {"place": place, "days": free_by_day(free)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Who comes: a name, a phone number, a commune, and the address for the code."""
    at = clock.now()
    slot = get_object_or_404(Slot.objects.select_related("place__commune"), pk=slot_id)
    form = OwnAppointmentForm(request.POST if request.method == "POST" else None)
    reason = "" if form.is_bound else why_not_take(slot, None, at=at)
    if form.is_bound and form.is_valid():
        resident = form.resident()
        throttles.require(request, "care_appointment_ask", key=resident.email, at=at)
        try:
            appointment = hold_slot(slot=slot, resident=resident, at=at)
        except RefusedError as refusal:
            reason = str(refusal)
        else:
            request.session[_HELD] = appointment.pk
            return redirect("care_places:code")
    status = HTTPStatus.CONFLICT if reason else HTTPStatus.OK
    context = {"slot": slot, "place": slot.place, "form": form, "reason": reason}
    return _draw(request, "take", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    held = _held(request)
    if held is None:
        return redirect("care_places:index")
    form = OneTimeCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        throttles.require(request, "care_appointment_code", key=str(held.pk), at=clock.now())
        taken = confirm(appointment_id=held.pk, code=form.cleaned_data["code"], at=clock.now())
        if taken:
            del request.session[_HELD]
            request.session[_TAKEN] = taken.pk
            return redirect("care_places:taken")
        form.refuse()
    context = {"form": form, "slot": held.slot, "place": held.slot.place, "held": held}
    return _draw(request, "code", context)


@require_safe
@never_cache
def taken(request: HttpRequest) -> HttpResponse:
    """What was taken, to whoever took it, in this browser."""
    appointment = (
        Appointment.objects.select_related("slot__place__commune")
        .filter(pk=request.session.get(_TAKEN, 0), state=AppointmentState.BOOKED)
        .first()
    )
    if appointment is None:
        return redirect("care_places:index")
    context = {"slot": appointment.slot, "place": appointment.slot.place}
    return _draw(request, "taken", context | {"has_email": bool(appointment.email)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancel_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link does nothing: the button cancels."""
    appointment = find_by_token(token)
    if appointment is None:
        raise Http404("Ce lien n’ouvre aucun rendez-vous.")
    at = clock.now()
    reason, is_done = why_not_cancel(appointment, at=at), False
    if request.method == "POST" and not reason:
        try:
            cancel(appointment=appointment, at=at)
        except RefusedError as refusal:
            reason = str(refusal)
        else:
            is_done = True
    context = {"slot": appointment.slot, "place": appointment.slot.place}
    return _draw(request, "cancel", context | {"reason": reason, "is_done": is_done})


def _held(request: HttpRequest) -> Appointment | None:
    return (
        Appointment.objects.select_related("slot__place__commune")
        .filter(pk=request.session.get(_HELD, 0), state=AppointmentState.HELD)
        .first()
    )


def _draw(
    request: HttpRequest, name: str, context: dict[str, object], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, f"lookups/care_places/appointments/{name}.html", context, status=status)
