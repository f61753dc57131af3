"""« À moins de trente minutes »: figures, a map and its table. Public, kept, without a script."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from apps.core.kept_pages import Page, serve
from apps.core.opening import next_midnight
from apps.lookups.care_places.models import OpenSpan
from apps.lookups.care_places.road import GOAL_MINUTES
from apps.lookups.care_places.thirty_minutes import read_reaches, share_within_goal
from apps.territory.outlines import draw_outlines

_MAP_WIDTH = 640


@require_safe
def thirty_minutes(request: HttpRequest) -> HttpResponseBase:
    """Which communes are within thirty minutes of a place, and of an open one. 2 queries."""

    def make(at: datetime) -> Page:
        rows = read_reaches(at)
        populations = [row.commune.population for row in rows]
        drawing = draw_outlines(_MAP_WIDTH)
        context = {
            "rows": rows,
            "shapes": [
                (row.band, path) for row in rows if (path := drawing.paths.get(row.commune.pk))
            ],
            "drawing": drawing,
            "known": share_within_goal([row.known for row in rows], populations),
            "open_now": share_within_goal([row.open_now for row in rows], populations),
            "goal": GOAL_MINUTES,
            "factor": settings.ROAD_FACTOR,
            "speed": settings.ROAD_SPEED_KMH,
            "at": at,
        }
        html = render_to_string("lookups/care_places/thirty_minutes.html", context, request)
        until = OpenSpan.objects.next_change(at) or next_midnight(at)
        return Page(html.encode(), "text/html; charset=utf-8", min(until, next_midnight(at)))

    return serve(request, make)
