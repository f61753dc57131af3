"""Places of care around a commune, and the page of one. Public; the session is never read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.core.opening import Opening
from apps.lookups.care_places.filters import PlaceFilter
from apps.lookups.care_places.models import Place, Service
from apps.territory.models import Commune

_PER_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class PlaceNow:
    """A place at an instant; `opening` is None when its hours are not known.

    `distance` says how far it is from the commune that was asked for, if any.
    """

    place: Place
    opening: Opening | None
    week: str
    distance: str


def place_now(place: Place, at: datetime, *, asked_from: Commune | None = None) -> PlaceNow:
    return PlaceNow(
        place=place,
        opening=place.opening(at),
        week=place.week(clock.paris_date(at)),
        distance=place.distance_words(asked_from) if asked_from else "",
    )


@require_safe
@cache_control(public=True, max_age=60)
def index(request: HttpRequest) -> HttpResponse:
    """The form; then the places around a commune, nearest first. 3 queries.

    Before a commune is given, the emergency departments of the department: 1 query.
    """
    at = clock.now()
    known = Place.objects.known(clock.paris_date(at)).for_list()
    has_asked = "commune" in request.GET
    search = PlaceFilter(request.GET if has_asked else None, queryset=known)
    context: dict[str, object] = {"search": search, "form": search.form}
    if has_asked and search.form.is_valid():
        page = Paginator(search.qs, _PER_PAGE).get_page(request.GET.get("page"))
        commune = search.form.cleaned_data["commune"]
        context |= {
            "commune": commune,
            "km": search.form.cleaned_data["km"],
            "page": page,
            "places": [place_now(place, at, asked_from=commune) for place in page],
        }
    else:
        emergencies = known.filter(services__contains=[Service.EMERGENCY]).order_by("commune")
        context["emergencies"] = [place_now(place, at) for place in emergencies]
    return render(request, "lookups/care_places/index.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def place(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """One place; a wrong slug is redirected. 1 query."""
    found = get_object_or_404(Place.objects.for_list(), pk=pk)
    if found.slug != slug:
        return redirect(found, permanent=True)
    now = place_now(found, clock.now())
    return render(request, "lookups/care_places/place.html", {"place": found, "now": now})
