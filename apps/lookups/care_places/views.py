"""Places of care around a commune, and the page of one. Public; the session is never read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from apps.core import clock, kept_pages
from apps.core.open_api import described
from apps.lookups.care_places.answers import PlaceNow, holds_until, place_now
from apps.lookups.care_places.filters import PlaceFilter
from apps.lookups.care_places.models import Place, PlaceQuerySet, Service, with_next_slot
from apps.lookups.care_places.open_api import ONE_PLACE, PLACES
from apps.lookups.care_places.open_data import list_as_json, place_as_json

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
_PER_PAGE = 25
# No row says when the next place opens: ask again soon.
_NOTHING_OPEN_HOLDS = timedelta(minutes=1)


@dataclass(frozen=True)
class _Found:
    """One page of a search that makes sense."""

    page: Page[Place]
    places: Sequence[PlaceNow]
    holds_until: datetime


def _search_form(request: HttpRequest, at: datetime) -> PlaceFilter:
    data = request.GET if "commune" in request.GET else None
    return PlaceFilter(data, queryset=_known(at), at=at)


def _known(at: datetime) -> PlaceQuerySet:
    return with_next_slot(Place.objects.known(clock.paris_date(at)).for_list(), at)


def _find(request: HttpRequest, search: PlaceFilter, at: datetime) -> _Found | None:
    """The asked page, nearest first; None until the form is filled well. 3 queries."""
    if not search.form.is_bound or not search.form.is_valid():
        return None
    found = search.qs
    if search.form.cleaned_data["ouvert"]:
        found = found.with_next_change(at)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    commune = search.form.cleaned_data["commune"]
    places = [place_now(place, at, asked_from=commune) for place in page]
    until = holds_until(places, at)
    if search.form.cleaned_data["ouvert"] and not places:
        until = min(until, at + _NOTHING_OPEN_HOLDS)
    return _Found(page, places, until)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The form; then the places around a commune, nearest first. 3 queries.

    Before a commune is given, the emergency departments of the department: 1 query. Kept at the
    addresses that links have.
    """
    return _serve(request, partial(_index_page, request))


def _serve(
    request: HttpRequest, make: Callable[[datetime], kept_pages.Page | HttpResponse]
) -> HttpResponseBase:
    query = PlaceFilter.canonical_query(request.GET)
    if query is not None:
        return kept_pages.serve(request, make, query=query)
    return kept_pages.draw(make)


def _index_page(request: HttpRequest, at: datetime) -> kept_pages.Page | HttpResponse:
    """What was typed leads to the address of its search."""
    search = _search_form(request, at)
    if search.form.is_bound and search.form.is_valid():
        query = search.settled_query(search.form.cleaned_data["commune"])
        if query is not None:
            return redirect(f"{request.path}?{query}")
    found = _find(request, search, at)
    context: dict[str, Any] = {"search": search, "form": search.form}
    if found:
        until = found.holds_until
        context |= {
            "commune": search.form.cleaned_data["commune"],
            "km": search.form.cleaned_data["km"],
            "page": found.page,
            "places": found.places,
            "query": request.GET.urlencode(),
        }
    else:
        emergencies = _emergencies(at)
        context["emergencies"] = emergencies
        until = holds_until(emergencies, at)
    html = render_to_string("lookups/care_places/index.html", context, request)
    return kept_pages.Page(html.encode(), HTML, until)


def _emergencies(at: datetime) -> list[PlaceNow]:
    """The emergency departments of the department. 1 query."""
    known = _known(at).filter(services__contains=[Service.EMERGENCY])
    return [place_now(place, at) for place in known.order_by("commune__search_key", "name")]


@described(PLACES)
@require_safe
def index_json(request: HttpRequest) -> HttpResponseBase:
    """The same search for programs. A wrong question is answered with 400."""
    return _serve(request, partial(_index_json, request))


def _index_json(request: HttpRequest, at: datetime) -> kept_pages.Page | HttpResponse:
    search = _search_form(request, at)
    found = _find(request, search, at)
    if found is None:
        faults = search.form.errors.get_json_data() if search.form.is_bound else {}
        reasons = {
            name: [fault["message"] for fault in listed] for name, listed in faults.items()
        } or {"commune": ["Indiquez la commune ou son code postal."]}
        response = HttpResponse(_json({"erreurs": reasons}), JSON, HTTPStatus.BAD_REQUEST)
        response["Cache-Control"] = "no-store"
        return response
    content = list_as_json(
        found.places,
        count=found.page.paginator.count,
        page=found.page.number,
        pages=found.page.paginator.num_pages,
        holds_until=found.holds_until,
    )
    return kept_pages.Page(_json(content), JSON, found.holds_until)


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


@require_safe
def place(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """One place; a wrong slug, or a place merged with another, is redirected. 1 query."""

    def make(at: datetime) -> kept_pages.Page | HttpResponse:
        now = _place_or_404(pk, at)
        standing = now.place.merged_into or now.place
        if standing.get_absolute_url() != request.path:
            return redirect(standing, permanent=True)
        context = {"place": now.place, "now": now}
        html = render_to_string("lookups/care_places/place.html", context, request)
        return kept_pages.Page(html.encode(), HTML, holds_until([now], at))

    return kept_pages.serve(request, make)


@described(ONE_PLACE)
@require_safe
def place_json(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same place for programs."""

    def make(at: datetime) -> kept_pages.Page:
        now = _place_or_404(pk, at)
        until = holds_until([now], at)
        return kept_pages.Page(_json(place_as_json(now, holds_until=until)), JSON, until)

    return kept_pages.serve(request, make)


def _place_or_404(pk: int, at: datetime) -> PlaceNow:
    places = with_next_slot(Place.objects.for_list().select_related("merged_into"), at)
    found = places.filter(pk=pk).first()
    if found is None:
        raise Http404("Aucun lieu de soins n’a ce numéro.")
    return place_now(found, at)
