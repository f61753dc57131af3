from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.core.kept_pages import Page, serve
from apps.core.open_api import described
from apps.core.opening import describe_hours, next_midnight, read_opening
from apps.territory.commune_page import facts, parts
from apps.territory.models import Commune, CommuneQuerySet
from apps.territory.open_api import SUGGESTIONS
from apps.territory.search import communes_answering

SUGGESTIONS_SHOWN = 8
NEIGHBOURS_SHOWN = 6


@require_safe
def commune(request: HttpRequest, insee: str, slug: str = "") -> HttpResponseBase:
    """Everything the portal knows of a commune; a wrong or missing slug is redirected.

    1 query, and those of the parts: 3 in all. Kept as the lines' pages are (core.kept_pages).
    """

    def make(at: datetime) -> Page | HttpResponse:
        communes = Commune.objects.select_related("epci").annotate(**_facts(at))
        found: Any = communes.filter(pk=insee).first()
        if found is None:
            raise Http404("Aucune commune du Loiret n’a ce code.")
        if found.get_absolute_url() != request.path:
            return redirect(found, permanent=True)
        shown = list(parts(found, at))
        hall = read_opening(found.hall_hours, at) if found.hall_hours else None
        context = {
            "commune": found,
            "parts": shown,
            "hall": hall,
            "hall_week": describe_hours(found.hall_hours, clock.paris_date(at)) if hall else "",
            "neighbours": [Commune(**neighbour) for neighbour in found.neighbour_facts],
        }
        html = render_to_string("territory/commune.html", context, request)
        changes = [part.holds_until for part in shown if part.holds_until]
        if hall:
            changes.append(hall.holds_until)
        return Page(html.encode(), "text/html; charset=utf-8", min([next_midnight(at), *changes]))

    return serve(request, make)


def _facts(at: datetime) -> dict[str, Any]:
    """What the page and its parts read with the commune."""
    others = CommuneQuerySet(Commune).exclude(pk=OuterRef("pk"))
    nearest = others.by_distance_to(OuterRef("hall_latitude"), OuterRef("hall_longitude"))
    row = JSONObject(insee_code="insee_code", name="name", slug="slug")
    return {
        "neighbour_facts": ArraySubquery(nearest.values(row=row)[:NEIGHBOURS_SHOWN]),
        **facts(at),
    }


@described(SUGGESTIONS)
@require_safe
@cache_control(public=True, max_age=3600)
def suggestions(request: HttpRequest) -> JsonResponse:
    """Communes for a text being typed, best first. 1 query.

    Each text is one that CommuneField takes back as that commune.
    """
    found = communes_answering(request.GET.get("q", "")[:100], SUGGESTIONS_SHOWN)
    return JsonResponse({"suggestions": [commune.label for commune in found]})
