"""The aid's page, its simulator, and the start of a request."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.gauge import Gauge, gauge_asked, public_gauge
from apps.casefiles.amounts import RateFact
from apps.casefiles.public_facts import PieceFact, pieces_asked, pieces_shown
from apps.casefiles.simulator import answers_carried_over, simulator_view
from apps.casefiles.start_page import start_page
from apps.core import clock
from apps.core.compiled import reading_together
from apps.core.fragments import draw_once, draw_page
from apps.programmes.internships.amounts import BandFact
from apps.programmes.internships.eligibility import RuralRuleFact
from apps.programmes.internships.programme import RuralInternship
from apps.programmes.internships.rulebook import read_rulebook, rulebook_asked
from apps.programmes.internships.simulator import SimulatorForm


@dataclass(frozen=True, kw_only=True)
class AidFacts:
    """Everything that the aid's page tells; its words are kept as long as these are the same."""

    minimum: RateFact | None
    maximum: RateFact | None
    bands: tuple[BandFact, ...]
    rule: RuralRuleFact | None
    pieces: tuple[PieceFact, ...]
    gauge: Gauge
    minutes: int


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides: three queries in one."""
    today = clock.today()
    slug = RuralInternship.slug
    asked = rulebook_asked(slug, today), pieces_asked(slug), gauge_asked(slug, today)
    with reading_together(*asked):
        rulebook = read_rulebook(slug, today)
        facts = AidFacts(
            minimum=rulebook.minimum,
            maximum=rulebook.maximum,
            bands=rulebook.bands,
            rule=rulebook.rule,
            pieces=pieces_shown(slug),
            gauge=public_gauge(slug, today),
            minutes=RuralInternship.minutes_to_apply,
        )
    return draw_page(
        request,
        "programmes/internships/aid.html",
        lambda: {"body": draw_once("programmes/internships/_aid.html", facts)},
        facts=facts,
    )


simulator = simulator_view(RuralInternship, SimulatorForm, "programmes/internships")


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """« Commencer ma demande », with the answers of the estimate in the address."""
    return start_page(
        request,
        RuralInternship,
        template="programmes/internships/apply.html",
        answers=answers_carried_over(SimulatorForm, request.GET),
    )
