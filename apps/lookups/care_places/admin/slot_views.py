"""One page for each act on slots and appointments."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.dates import format_datetime
from apps.lookups.care_places.admin.pages import (
    AGENTS,
    EDITORS,
    attempt,
    draw_act,
    person,
    posted,
)
from apps.lookups.care_places.appointment_forms import NewSeriesForm, ResidentForm
from apps.lookups.care_places.appointments import (
    book_by_phone,
    cancel,
    publish_slots,
    why_not_cancel,
    why_not_take,
    withdraw_slot,
)
from apps.lookups.care_places.models import Appointment, AppointmentState, Place, Service, Slot

_SLOTS = "admin:care_places_slot_changelist"
_APPOINTMENTS = "admin:care_places_appointment_changelist"


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """A series of slots, for a place that keeps some for residents."""
    user = person(request, *EDITORS)
    at = clock.now()
    places = Place.objects.known(clock.paris_date(at)).filter(
        services__contains=[Service.RESERVED_SLOTS]
    )
    form = NewSeriesForm(posted(request), places=places)

    def act() -> str:
        place = form.cleaned_data["place"]
        slots = publish_slots(
            place=place,
            series=form.series(),
            by=user,
            at=at,
            practitioner=form.cleaned_data["practitioner"],
        )
        return f"{len(slots)} créneaux publiés : {place.name}."

    reason = ""
    if form.is_bound and form.is_valid() and not (reason := attempt(request, act)):
        return redirect(_SLOTS)
    context = {
        "title": "Publier des créneaux",
        "back": ("Créneaux réservés", reverse(_SLOTS)),
        "button": "Publier",
        "effects": [
            "Les habitants peuvent les prendre aussitôt, par e-mail ou par téléphone.",
            "Seuls les lieux qui ont le service « Créneaux réservés aux habitants » sont listés.",
        ],
    }
    return draw_act(request, context, form=form, reason=reason)


@require_http_methods(["GET", "HEAD", "POST"])
def by_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """An agent takes a slot for somebody on the phone."""
    user = person(request, *AGENTS)
    at = clock.now()
    slot = get_object_or_404(Slot.objects.select_related("place__commune"), pk=pk)
    form = ResidentForm(posted(request))

    def act() -> str:
        book_by_phone(slot=slot, resident=form.resident(), by=user, at=at)
        return f"Rendez-vous pris, {format_datetime(slot.starts_at)}."

    reason = "" if form.is_bound else why_not_take(slot, None, at=at)
    if form.is_bound and form.is_valid() and not (reason := attempt(request, act)):
        return redirect(_APPOINTMENTS)
    context = {
        "title": "Prendre un rendez-vous au téléphone",
        "lead": _words(slot),
        "back": ("Créneaux réservés", reverse(_SLOTS)),
        "button": "Prendre le rendez-vous",
        "effects": [
            "Ne demandez pas le motif, et n’écrivez rien sur la santé de la personne.",
            "Avec une adresse e-mail, la personne reçoit la confirmation et un lien pour annuler.",
        ],
    }
    return draw_act(request, context, form=form, reason=reason)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The place takes a slot back; whoever had taken it is told."""
    person(request, *EDITORS)
    slot = get_object_or_404(Slot.objects.select_related("place__commune"), pk=pk)

    def act() -> str:
        cancelled = withdraw_slot(slot=slot, at=clock.now())
        if cancelled and not cancelled.email:
            messages.warning(
                request, f"Prévenez {cancelled.name} par téléphone : {cancelled.phone}."
            )
        return "Créneau retiré."

    reason = ""
    if request.method == "POST" and not (reason := attempt(request, act)):
        return redirect(_SLOTS)
    taken = Appointment.objects.filter(slot=slot, state=AppointmentState.BOOKED).first()
    effects = ["Le créneau n’est plus proposé."]
    if taken:
        how = "par e-mail" if taken.email else f"par vous, au {taken.phone}"
        effects.append(f"Le rendez-vous de {taken.name} est annulé.")
        effects.append(f"Cette personne est prévenue {how}.")
    context = {
        "title": "Retirer un créneau",
        "lead": _words(slot),
        "back": ("Créneaux réservés", reverse(_SLOTS)),
        "button": "Retirer le créneau",
        "effects": effects,
        "is_dangerous": True,
    }
    return draw_act(request, context, reason=reason)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_for(request: HttpRequest, pk: int) -> HttpResponse:
    """An agent cancels for somebody who calls."""
    person(request, *AGENTS)
    at = clock.now()
    appointment = get_object_or_404(
        Appointment.objects.select_related("slot__place__commune"), pk=pk
    )

    def act() -> str:
        cancel(appointment=appointment, at=at)
        return "Rendez-vous annulé : le créneau est libre."

    reason = why_not_cancel(appointment, at=at)
    if request.method == "POST" and not reason and not (reason := attempt(request, act)):
        return redirect(_APPOINTMENTS)
    context = {
        "title": "Annuler un rendez-vous",
        "lead": f"{appointment.name}, {_words(appointment.slot)}",
        "back": ("Rendez-vous", reverse(_APPOINTMENTS)),
        "button": "Annuler le rendez-vous",
        "effects": ["Le créneau est libre aussitôt."],
        "is_dangerous": True,
    }
    return draw_act(request, context, reason=reason)


def _words(slot: Slot) -> str:
    who = f", {slot.practitioner}" if slot.practitioner else ""
    return f"{slot.place.name}, {format_datetime(slot.starts_at)}{who}"
