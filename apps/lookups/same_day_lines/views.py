"""The number to call today, in every commune. These pages are public and never read the session."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.core.kept_pages import Page, serve
from apps.core.open_api import described
from apps.core.pdf import render_pdf
from apps.lookups.same_day_lines.answers import (
    CommuneAnswer,
    LineNow,
    holds_until,
    read_answer,
    read_lines,
)
from apps.lookups.same_day_lines.open_data import COMMUNE_LINE, answer_as_json
from apps.territory.models import Commune
from apps.territory.search import Match, communes_answering, match_of, only_answer

HTML = "text/html; charset=utf-8"


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """« Un médecin aujourd’hui »: search, choice between communes, and every line. 2 queries."""
    if "q" in request.GET:
        return _search(request, request.GET["q"])
    return serve(request, lambda at: _index_page(request, at, {"asked": None}))


@require_safe
def commune_line(request: HttpRequest, insee: str, slug: str = "") -> HttpResponseBase:
    """Whom to call in a commune; a wrong or missing slug is redirected. 3 queries at most."""

    def make(at: datetime) -> Page | HttpResponse:
        answer = _answer_or_404(insee, at)
        address = commune_address(answer.commune)
        if address != request.path:
            return redirect(address, permanent=True)
        html = render_to_string("lookups/same_day_lines/commune.html", {"answer": answer}, request)
        return Page(html.encode(), HTML, answer.holds_until)

    return serve(request, make)


@described(COMMUNE_LINE)
@require_safe
def commune_json(request: HttpRequest, insee: str) -> HttpResponseBase:
    """The same answer for programs."""

    def make(at: datetime) -> Page:
        answer = _answer_or_404(insee, at)
        data = answer_as_json(answer, url=settings.PUBLIC_URL + commune_address(answer.commune))
        text = json.dumps(data, ensure_ascii=False, indent=1)
        return Page(text.encode(), "application/json; charset=utf-8", answer.holds_until)

    return serve(request, make)


@require_safe
def commune_poster(request: HttpRequest, insee: str, slug: str) -> HttpResponseBase:
    """One A4 page to pin on a wall; it says nothing that changes within the day."""

    def make(at: datetime) -> Page | HttpResponse:
        answer = _answer_or_404(insee, at)
        if slug != answer.commune.slug:
            return redirect(
                "same_day_lines:poster", insee=insee, slug=answer.commune.slug, permanent=True
            )
        pdf = render_pdf("lookups/same_day_lines/poster.typ", _poster_data(answer, at))
        return Page(pdf, "application/pdf", at + timedelta(days=1))

    response = serve(request, make)
    response["Content-Disposition"] = f'inline; filename="medecin-du-jour-{slug}.pdf"'
    return response


@require_safe
@cache_control(public=True, max_age=3600)
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows for a page that was never visited."""
    return render(request, "lookups/same_day_lines/offline.html")


@require_safe
@cache_control(public=True, max_age=600)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from here, because a service worker only serves the addresses below its own."""
    return render(
        request, "lookups/same_day_lines/service_worker.js", content_type="text/javascript"
    )


def commune_address(commune: Commune) -> str:
    return reverse("same_day_lines:commune", kwargs={"insee": commune.pk, "slug": commune.slug})


def _answer_or_404(insee: str, at: datetime) -> CommuneAnswer:
    if (answer := read_answer(insee, at)) is None:
        raise Http404("Aucune commune du Loiret n’a ce code.")
    return answer


def _search(request: HttpRequest, typed: str) -> HttpResponseBase:
    """To the commune's page when only one answers, else the list to choose from."""
    found = communes_answering(typed[:100])
    # People know postcodes, not INSEE codes: 45100 is Orléans, not Combleux.
    found = [commune for commune in found if match_of(commune) != Match.CODE] or found
    if commune := only_answer(found):
        return redirect(commune_address(commune))
    at = clock.now()
    search = {
        "asked": typed[:100].replace("\x00", "").strip(),
        "found": found,
        "is_misspelled": bool(found) and match_of(found[0]) == Match.SIMILAR,
    }
    page = _index_page(request, at, search)
    return HttpResponse(page.content, content_type=page.content_type)


def _index_page(request: HttpRequest, at: datetime, search: dict[str, Any]) -> Page:
    lines = read_lines(at)
    context = {"lines": lines, **search}
    html = render_to_string("lookups/same_day_lines/index.html", context, request)
    return Page(html.encode(), HTML, holds_until(lines, at))


def _poster_data(answer: CommuneAnswer, at: datetime) -> dict[str, Any]:
    """Values of poster.typ: as many numbers as the page gives first."""
    address = settings.PUBLIC_URL + commune_address(answer.commune)
    qr_code = BytesIO()
    segno.make(address, error="m").save(qr_code, kind="svg", xmldecl=False, border=0)
    first = [answer.main] if answer.main else answer.candidates or answer.others
    return {
        "title": f"Voir un médecin {answer.commune.located}",
        "lines": [_poster_line(now) for now in first],
        "neighbours": [_poster_line(now) for now in answer.neighbours],
        "fallbacks": [_poster_line(now) for now in answer.fallbacks],
        "address": address,
        "qr_code": qr_code.getvalue().decode(),
        "printed_on": clock.paris_date(at),
    }


def _poster_line(now: LineNow) -> dict[str, Any]:
    return {
        "name": now.line.name,
        "phone": now.line.phone,
        "dialled": now.line.phone_dialled,
        "for_whom": now.line.for_whom,
        "hours": now.hours,
        "freshness": now.freshness,
        "is_verified": now.line.verified_on is not None,
    }
