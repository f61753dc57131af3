"""« /innovation/ »: the calls and their laureates, one call's page, its calendar and its feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.files.serving import serve_file
from apps.programmes.innovation.call_calendar import calendar_of
from apps.programmes.innovation.call_facts import call_facts, whole_call
from apps.programmes.innovation.call_feed import call_as_json
from apps.programmes.innovation.deadlines import Phase, remaining_words
from apps.programmes.innovation.laureates import YearOfLaureates, announced, years_of_laureates
from apps.programmes.innovation.models import Call
from apps.programmes.innovation.rules_pdf import rules_pdf


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The calls, the running one first, then who was helped each year."""
    now = clock.now()
    calls = list(Call.objects.published())
    context = {
        "calls": [(call, call.phase(now)) for call in calls],
        "years": announced(years_of_laureates(), hidden=_not_announced(calls)),
    }
    return render(request, "programmes/innovation/calls.html", context)


@require_safe
def page(request: HttpRequest, year: int) -> HttpResponse:
    return render(
        request, "programmes/innovation/call.html", page_context(_published(year), clock.now())
    )


def page_context(call: Call, now: datetime) -> dict[str, Any]:
    """What the call's page shows at this instant; staff see the same before it is published."""
    phase = call.phase(now)
    deadlines = call.deadlines
    ends = {Phase.COMING: deadlines.opens_at, Phase.OPEN: deadlines.closes_at}
    return {
        "facts": whole_call(call),
        "phase": phase,
        "remaining": remaining_words(ends[phase] - now) if phase in ends else "",
        "laureates": _laureates(call),
    }


def _laureates(call: Call) -> YearOfLaureates | None:
    return next(
        (
            year
            for year in announced(years_of_laureates(), hidden=_not_announced([call]))
            if year.year == call.year
        ),
        None,
    )


def _not_announced(calls: list[Call]) -> frozenset[int]:
    """Years whose laureates nobody reads yet: their day has not come, or is not set."""
    today = clock.today()
    return frozenset(
        call.year for call in calls if call.announced_on is None or call.announced_on > today
    )


@require_safe
def calendar(request: HttpRequest, year: int) -> HttpResponse:
    """Opening, closing, jury and announcement, for a calendar to follow."""
    call = _published(year)
    content = calendar_of(call_facts(call), url=_address(call), at=clock.now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


@require_safe
def feed(request: HttpRequest, year: int) -> HttpResponse:
    call = _published(year)
    body = call_as_json(whole_call(call), phase=call.phase(clock.now()), url=_address(call))
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def rules(request: HttpRequest, year: int) -> HttpResponseBase:
    """The rules as the guichet signed them, or made from the call's own words."""
    return serve_rules(request, _published(year))


def serve_rules(request: HttpRequest, call: Call) -> HttpResponseBase:
    if call.rules_file:
        return serve_file(request, call.rules_file, as_attachment=False)
    facts = whole_call(call)
    if not facts.call.has_rules:
        raise Http404("Le règlement n’est pas encore écrit.")
    name = f"reglement-sante-innovations-{call.year}.pdf"
    return HttpResponse(
        rules_pdf(facts),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _published(year: int) -> Call:
    calls = Call.objects.published().select_related("rules_file").prefetch_related("themes")
    return get_object_or_404(calls, year=year)


def _address(call: Call) -> str:
    return f"{settings.PUBLIC_URL}{reverse('innovation:call', args=[call.year])}"
