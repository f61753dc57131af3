"""The aid's page, its simulator, and the start of a request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.gauge import public_gauge
from apps.casefiles.models import DocumentKind
from apps.casefiles.programmes import PAPER_FORM
from apps.casefiles.start_page import start_page
from apps.core import clock
from apps.programmes.internships.programme import RuralInternship
from apps.programmes.internships.rulebook import read_rulebook
from apps.programmes.internships.simulator import SimulatorForm, carried_over, simulate


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides: three queries."""
    today = clock.today()
    documents = DocumentKind.objects.asked_by(RuralInternship.slug)
    context = {
        "programme": RuralInternship,
        "rulebook": read_rulebook(RuralInternship.slug, today),
        "documents": documents.exclude(condition=PAPER_FORM),
        "gauge": public_gauge(RuralInternship.slug, today),
    }
    return render(request, "programmes/internships/aid.html", context)


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    """An empty form, or the estimate for the answers in the address."""
    form = SimulatorForm(request.GET) if request.GET else SimulatorForm()
    simulation = None
    if form.is_bound and form.is_valid():
        applicant = request.user if isinstance(request.user, User) else None
        simulation = simulate(form.cleaned_data, on=clock.today(), applicant=applicant)
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
