"""The bursary's page, its simulator, and the start of a request."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.gauge import Gauge, gauge_asked, public_gauge
from apps.casefiles.amounts import RateBook, RateFact
from apps.casefiles.public_facts import (
    PieceFact,
    pieces_asked,
    pieces_shown,
    rates_asked,
    rates_shown,
)
from apps.casefiles.simulator import answers_carried_over, simulator_view
from apps.casefiles.start_page import start_page
from apps.core import clock
from apps.core.compiled import reading_together
from apps.core.fragments import draw_once, draw_page
from apps.programmes.bursaries import amounts, published
from apps.programmes.bursaries.programme import StudentBursary
from apps.programmes.bursaries.published import PublishedGroup
from apps.programmes.bursaries.simulator import SimulatorForm
from apps.programmes.bursaries.tracks import TRACKS


@dataclass(frozen=True, kw_only=True)
class TrackFact:
    """A track with its own bounds only, never those of all bursaries."""

    label: str
    bounds: tuple[Decimal, Decimal] | None
    lowest_total: Decimal | None
    cap: Decimal | None
    note: str


@dataclass(frozen=True, kw_only=True)
class AidFacts:
    """Everything that the aid's page tells; its words are kept as long as these are the same."""

    minimum: RateFact | None
    maximum: RateFact | None
    tracks: tuple[TrackFact, ...]
    pieces: tuple[PieceFact, ...]
    gauge: Gauge
    minutes: int
    groups_2023: tuple[PublishedGroup, ...] = published.GROUPS_2023
    total_2023: int = published.TOTAL_2023
    stated_2023: int = published.STATED_2023
    total_2022: int = published.TOTAL_2022


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides and when: three queries in one."""
    today = clock.today()
    slug = StudentBursary.slug
    with reading_together(rates_asked(slug, today), pieces_asked(slug), gauge_asked(slug, today)):
        rates = rates_shown(slug, today)
        facts = AidFacts(
            minimum=rates.get(amounts.RANGE_MINIMUM),
            maximum=rates.get(amounts.RANGE_MAXIMUM),
            tracks=tuple(_track(slug, rates) for slug in TRACKS),
            pieces=pieces_shown(slug),
            gauge=public_gauge(slug, today),
            minutes=StudentBursary.minutes_to_apply,
        )
    return draw_page(
        request,
        "programmes/bursaries/aid.html",
        lambda: {"body": draw_once("programmes/bursaries/_aid.html", facts)},
        facts=facts,
    )


def _track(slug: str, rates: RateBook) -> TrackFact:
    track = TRACKS[slug]
    return TrackFact(
        label=track.label,
        bounds=amounts.bounds(slug, rates) if track.group else None,
        lowest_total=amounts.lowest_total(slug, rates),
        cap=amounts.cap(slug, rates),
        note=track.note if track.group else "",
    )


simulator = simulator_view(StudentBursary, SimulatorForm, "programmes/bursaries")


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """« Commencer ma demande », with the answers of the estimate in the address."""
    return start_page(
        request,
        StudentBursary,
        template="programmes/bursaries/apply.html",
        answers=answers_carried_over(SimulatorForm, request.GET),
    )
