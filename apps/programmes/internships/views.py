"""The aid's page, its simulator, and the start of a request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from apps.casefiles.models import DocumentKind, Rate
from apps.casefiles.programmes import PAPER_FORM
from apps.casefiles.start_page import start_page
from apps.core import clock
from apps.programmes.internships.amounts import RANGE_MAXIMUM, RANGE_MINIMUM
from apps.programmes.internships.models import DurationBand, RuralRule
from apps.programmes.internships.programme import RuralInternship
from apps.programmes.internships.simulator import SimulatorForm, carried_over, simulate


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides: four queries."""
    today = clock.today()
    rates = Rate.objects.book(RuralInternship.slug, today)
    context = {
        "programme": RuralInternship,
        "minimum": rates.get(RANGE_MINIMUM),
        "maximum": rates.get(RANGE_MAXIMUM),
        "bands": DurationBand.objects.book(today),
        "rule": RuralRule.objects.in_force(today),
        "documents": DocumentKind.objects.asked_by(RuralInternship.slug).exclude(
            condition=PAPER_FORM
        ),
    }
    return render(request, "programmes/internships/aid.html", context)


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    """An empty form, or the estimate for the answers in the address."""
    form = SimulatorForm(request.GET) if request.GET else SimulatorForm()
    simulation = (
        simulate(form.cleaned_data, on=clock.today()) if form.is_bound and form.is_valid() else None
    )
    return render(
        request,
        "programmes/internships/simulator.html",
        {"form": form, "simulation": simulation, "programme": RuralInternship},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """« Commencer ma demande », with the answers of the estimate in the address."""
    form = SimulatorForm(request.GET)
    answers = carried_over(form.cleaned_data) if request.GET and form.is_valid() else {}
    return start_page(
        request, RuralInternship, template="programmes/internships/apply.html", answers=answers
    )
