"""The aid's page, the check of a project, and the start of a proposal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.gauge import public_gauge
from apps.casefiles.public_facts import pieces_shown
from apps.casefiles.simulator import answers_carried_over, simulator_page
from apps.casefiles.start_page import start_page
from apps.core import clock
from apps.programmes.innovation.models import Call
from apps.programmes.innovation.programme import InnovationCall
from apps.programmes.innovation.simulator import SimulatorForm


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides and when."""
    now = clock.now()
    context = {
        "programme": InnovationCall,
        "call": Call.objects.receiving(now).first(),
        "pieces": pieces_shown(InnovationCall.slug),
        "gauge": public_gauge(InnovationCall.slug, clock.today()),
    }
    return render(request, "programmes/innovation/aid.html", context)


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    return simulator_page(
        request,
        InnovationCall,
        form_class=SimulatorForm,
        template="programmes/innovation/simulator.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """« Commencer ma demande », with the answers of the check in the address."""
    return start_page(
        request,
        InnovationCall,
        template="programmes/innovation/apply.html",
        answers=answers_carried_over(SimulatorForm, request.GET),
    )
