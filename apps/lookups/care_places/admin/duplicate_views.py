"""Places that may be one: the list, and the page where staff choose which stays."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import clock
from apps.lookups.care_places.admin.pages import EDITORS, attempt, draw, person
from apps.lookups.care_places.duplicates import (
    SHOWN,
    find_duplicates,
    merge_places,
    say_distinct,
    why_not_merge,
)
from apps.lookups.care_places.models import Place

_LIST = "admin:care_places_place_changelist"
_DUPLICATES = "admin:care_places_place_duplicates"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    person(request, *EDITORS)
    context = {
        "title": "Doublons possibles",
        "back": ("Lieux de soins", reverse(_LIST)),
        "pairs": find_duplicates(),
        "most": SHOWN,
    }
    return draw(request, "duplicates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """One of two answers: which place stays, or « ce sont deux lieux »."""
    user = person(request, *EDITORS)
    places = [
        get_object_or_404(Place.objects.select_related("commune"), pk=pk) for pk in (first, second)
    ]
    reason = why_not_merge(*places)
    if request.method == "POST":
        answer = request.POST.get("kept", "")
        if answer == "distinct":
            say_distinct(first=places[0], second=places[1], by=user, at=clock.now())
            messages.success(request, "C’est noté : ce sont deux lieux.")
            return redirect(_DUPLICATES)
        kept = next((place for place in places if str(place.pk) == answer), None)
        if kept is None:
            reason = "Choisissez le lieu à garder, ou dites que ce sont deux lieux."
        elif not reason:
            merged = places[1] if kept is places[0] else places[0]
            if not (reason := attempt(request, partial(_merge, kept, merged))):
                return redirect(_DUPLICATES)
    context = {
        "title": "Un lieu ou deux ?",
        "back": ("Doublons possibles", reverse(_DUPLICATES)),
        "places": places,
        "facts": _facts(*places),
        "reason": reason,
    }
    is_refused = request.method == "POST" and bool(reason)
    return draw(request, "duplicate.html", context, status=409 if is_refused else 200)


def _merge(kept: Place, merged: Place) -> str:
    merge_places(kept=kept, merged=merged, on=clock.today())
    return f"Fusionné : « {kept.name} » reste."


def _facts(first: Place, second: Place) -> list[tuple[str, str, str]]:
    """Label, then what each of the two says."""

    def said(place: Place) -> dict[str, str]:
        return {
            "Type": place.kind_label,
            "Commune": place.commune.name,
            "Adresse": place.address,
            "Téléphone": place.phone,
            "Horaires": place.opening_hours,
            "Services": ", ".join(place.service_labels),
            "Numéro FINESS": place.finess,
            "OpenStreetMap": place.osm_id,
            "Source": place.source,
        }

    one, other = said(first), said(second)
    return [(label, one[label] or "—", other[label] or "—") for label in one]
