"""The aid's page, what the rules say of a project, and the start of a proposal."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.gauge import Gauge, gauge_asked, public_gauge
from apps.casefiles.public_facts import PieceFact, pieces_asked, pieces_shown
from apps.casefiles.simulator import answers_carried_over, simulator_view
from apps.casefiles.start_page import start_page
from apps.core import clock
from apps.core.compiled import reading_together
from apps.core.fragments import draw_once, draw_page
from apps.programmes.innovation.call_facts import OpenCall, open_call
from apps.programmes.innovation.choices import OwnerKind
from apps.programmes.innovation.copies import earlier_proposals
from apps.programmes.innovation.laureates import PUBLISHED, PublishedYear
from apps.programmes.innovation.programme import InnovationCall
from apps.programmes.innovation.simulator import SimulatorForm


@dataclass(frozen=True, kw_only=True)
class AidFacts:
    """Everything that the aid's page tells; its words are kept as long as these are the same."""

    call: OpenCall | None
    pieces: tuple[PieceFact, ...]
    gauge: Gauge
    minutes: int
    owners: tuple[str, ...] = tuple(
        str(kind.label) for kind in OwnerKind if kind != OwnerKind.OTHER
    )
    published: tuple[PublishedYear, ...] = PUBLISHED


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides and when: two queries."""
    slug, today = InnovationCall.slug, clock.today()
    with reading_together(pieces_asked(slug), gauge_asked(slug, today)):
        facts = AidFacts(
            call=open_call(clock.now()),
            pieces=pieces_shown(slug),
            gauge=public_gauge(slug, today),
            minutes=InnovationCall.minutes_to_apply,
        )
    return draw_page(
        request,
        "programmes/innovation/aid.html",
        lambda: {"body": draw_once("programmes/innovation/_aid.html", facts)},
        facts=facts,
    )


simulator = simulator_view(InnovationCall, SimulatorForm, "programmes/innovation")


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """« Commencer ma demande », with the answers of the estimate in the address."""
    answers = answers_carried_over(SimulatorForm, request.GET)
    if chosen := request.GET.get("reprendre", ""):
        answers["copy_of"] = chosen
    user = request.user if isinstance(request.user, User) else None
    return start_page(
        request,
        InnovationCall,
        template="programmes/innovation/apply.html",
        answers=answers,
        extra={"earlier": earlier_proposals(user) if user and not chosen else []},
    )
