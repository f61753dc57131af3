"""« /innovation/ »: the calls and their laureates, one call's page, its calendar and its feed.

These pages are public and never read the session: they are kept (core.kept_pages), so that the
last minutes of a call cost nothing to those who come back to read its hour.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.core.kept_pages import Page, serve
from apps.core.open_api import described
from apps.core.opening import next_midnight
from apps.files.serving import serve_file
from apps.programmes.innovation.call_calendar import calendar_of
from apps.programmes.innovation.call_facts import call_facts, whole_call, with_parts
from apps.programmes.innovation.call_feed import CALL, call_as_json
from apps.programmes.innovation.deadlines import Phase, remaining_words
from apps.programmes.innovation.laureates import laureates_of, years_of_laureates
from apps.programmes.innovation.models import Call
from apps.programmes.innovation.rules_pdf import rules_pdf

_HTML, _PDF = "text/html; charset=utf-8", "application/pdf"
# The countdown says minutes at its end.
_COUNTED = timedelta(minutes=1)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The calls, the running one first, then who was helped each year: two queries."""

    def make(at: datetime) -> Page:
        calls = list(Call.objects.published())
        hidden = frozenset(call.year for call in calls if not call.is_announced(at))
        context = {
            "calls": [(call, call.phase(at)) for call in calls],
            "years": years_of_laureates(hidden=hidden),
        }
        html = render_to_string("programmes/innovation/calls.html", context, request)
        return Page(html.encode(), _HTML, _holds_until(calls, at))

    return serve(request, make)


@require_safe
def page(request: HttpRequest, year: int) -> HttpResponseBase:
    """One call in full: three queries at most, its laureates included."""

    def make(at: datetime) -> Page:
        call = _published(year)
        context = page_context(call, at)
        html = render_to_string("programmes/innovation/call.html", context, request)
        return Page(html.encode(), _HTML, min(_holds_until([call], at), at + _COUNTED))

    return serve(request, make)


def page_context(call: Call, now: datetime) -> dict[str, Any]:
    """What the call's page shows at this instant; staff see the same before it is published."""
    phase = call.phase(now)
    deadlines = call.deadlines
    ends = {Phase.COMING: deadlines.opens_at, Phase.OPEN: deadlines.closes_at}
    return {
        "facts": whole_call(call),
        "phase": phase,
        "remaining": remaining_words(ends[phase] - now) if phase in ends else "",
        "laureates": laureates_of(call) if call.is_announced(now) else None,
    }


def _holds_until(calls: list[Call], at: datetime) -> datetime:
    """Until a call opens or closes, and the day is over: laureates are announced by the day."""
    changes = [call.deadlines.next_change(at) for call in calls]
    return min([next_midnight(at), *(change for change in changes if change)])


@require_safe
def calendar(request: HttpRequest, year: int) -> HttpResponseBase:
    """Opening, closing, jury and announcement, for a calendar to follow."""

    def make(at: datetime) -> Page:
        call = _published(year)
        content = calendar_of(call_facts(call), url=_address(call), at=at)
        return Page(content, "text/calendar; charset=utf-8", next_midnight(at))

    return serve(request, make)


@described(CALL)
@require_safe
def feed(request: HttpRequest, year: int) -> HttpResponseBase:
    def make(at: datetime) -> Page:
        call = _published(year)
        body = call_as_json(whole_call(call), phase=call.phase(at), url=_address(call))
        text = json.dumps(body, ensure_ascii=False, indent=1)
        return Page(text.encode(), "application/json", _holds_until([call], at))

    return serve(request, make)


@require_safe
def rules(request: HttpRequest, year: int) -> HttpResponseBase:
    """The rules as the guichet signed them, or made from the call's own words."""
    call = _published(year)
    if call.rules_file:
        return serve_file(request, call.rules_file, as_attachment=False)
    response = serve(
        request, lambda at: Page(_rules(call), _PDF, next_midnight(at)), looks_first=True
    )
    response["Content-Disposition"] = _rules_name(call)
    return response


def serve_rules(request: HttpRequest, call: Call) -> HttpResponseBase:
    """The same for staff, published or not: kept by no cache."""
    if call.rules_file:
        return serve_file(request, call.rules_file, as_attachment=False)
    headers = {"Content-Disposition": _rules_name(call), "Cache-Control": "private, no-store"}
    return HttpResponse(_rules(call), content_type=_PDF, headers=headers)


def _rules(call: Call) -> bytes:
    facts = whole_call(call)
    if not facts.call.has_rules:
        raise Http404("Le règlement n’est pas encore écrit.")
    return rules_pdf(facts)


def _rules_name(call: Call) -> str:
    return f'inline; filename="reglement-sante-innovations-{call.year}.pdf"'


def _published(year: int) -> Call:
    return get_object_or_404(with_parts(Call.objects.published()), year=year)


def _address(call: Call) -> str:
    return f"{settings.PUBLIC_URL}{reverse('innovation:call', args=[call.year])}"
