"""The bursary's page, its simulator, and the start of a request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.gauge import public_gauge
from apps.casefiles.amounts import RateBook
from apps.casefiles.models import DocumentKind, Rate
from apps.casefiles.programmes import PAPER_FORM
from apps.casefiles.start_page import start_page
from apps.core import clock
from apps.programmes.bursaries import amounts, published
from apps.programmes.bursaries.programme import StudentBursary
from apps.programmes.bursaries.simulator import SimulatorForm, carried_over, simulate
from apps.programmes.bursaries.tracks import TRACKS


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides and when: three queries."""
    rates = Rate.objects.book(StudentBursary.slug, clock.today())
    context = {
        "programme": StudentBursary,
        "minimum": rates.get(amounts.RANGE_MINIMUM),
        "maximum": rates.get(amounts.RANGE_MAXIMUM),
        "tracks": [_row(slug, rates) for slug in TRACKS],
        "documents": DocumentKind.objects.asked_by(StudentBursary.slug).exclude(
            condition=PAPER_FORM
        ),
        "voted_2023": published.GROUPS_2023,
        "count_2023": published.TOTAL_2023,
        "count_2022": published.TOTAL_2022,
        "gauge": public_gauge(StudentBursary.slug, clock.today()),
    }
    return render(request, "programmes/bursaries/aid.html", context)


def _row(slug: str, rates: RateBook) -> dict[str, Any]:
    """One track of the table: its own bounds only, never those of all bursaries."""
    track = TRACKS[slug]
    return {
        "label": track.label,
        "bounds": amounts.bounds(slug, rates) if track.group else None,
        "lowest_total": amounts.lowest_total(slug, rates),
        "cap": amounts.cap(slug, rates),
        "note": track.note if track.group else "",
    }


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    """An empty form, or the estimate for the answers in the address."""
    form = SimulatorForm(request.GET) if request.GET else SimulatorForm()
    simulation = simulate(form.cleaned_data) if form.is_bound and form.is_valid() else None
    return render(
        request,
        "programmes/bursaries/simulator.html",
        {"form": form, "simulation": simulation, "programme": StudentBursary},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """« Commencer ma demande », with the answers of the estimate in the address."""
    form = SimulatorForm(request.GET)
    answers = carried_over(form.cleaned_data) if request.GET and form.is_valid() else {}
    return start_page(
        request, StudentBursary, template="programmes/bursaries/apply.html", answers=answers
    )
