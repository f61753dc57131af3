"""The aid's page, its simulator, and the start of a request."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.gauge import Gauge, gauge_asked, public_gauge
from apps.casefiles.amounts import RateFact
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
from apps.programmes.installation.amounts import BONUS, RANGE_MAXIMUM, RANGE_MINIMUM, base_code
from apps.programmes.installation.professions import PROFESSIONS
from apps.programmes.installation.programme import InstallationAid
from apps.programmes.installation.simulator import SimulatorForm


@dataclass(frozen=True, kw_only=True)
class AidFacts:
    """Everything that the aid's page tells; its words are kept as long as these are the same."""

    minimum: RateFact | None
    maximum: RateFact | None
    bonus: RateFact | None
    professions: tuple[tuple[str, RateFact | None], ...]
    pieces: tuple[PieceFact, ...]
    gauge: Gauge
    minutes: int


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides and when: three queries in one."""
    today = clock.today()
    slug = InstallationAid.slug
    with reading_together(rates_asked(slug, today), pieces_asked(slug), gauge_asked(slug, today)):
        rates = rates_shown(slug, today)
        facts = AidFacts(
            minimum=rates.get(RANGE_MINIMUM),
            maximum=rates.get(RANGE_MAXIMUM),
            bonus=rates.get(BONUS),
            professions=tuple(
                (profession.label, rates.get(base_code(slug)))
                for slug, profession in PROFESSIONS.items()
            ),
            pieces=pieces_shown(slug),
            gauge=public_gauge(slug, today),
            minutes=InstallationAid.minutes_to_apply,
        )
    return draw_page(
        request,
        "programmes/installation/aid.html",
        lambda: {"body": draw_once("programmes/installation/_aid.html", facts)},
        facts=facts,
    )


simulator = simulator_view(InstallationAid, SimulatorForm, "programmes/installation")


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """« Commencer ma demande », with the answers of the estimate in the address."""
    return start_page(
        request,
        InstallationAid,
        template="programmes/installation/apply.html",
        answers=answers_carried_over(SimulatorForm, request.GET),
    )
