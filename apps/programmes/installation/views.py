"""The aid's page, its simulator, and the start of a request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.gauge import public_gauge
from apps.casefiles.models import DocumentKind, Rate
from apps.casefiles.start_page import start_page
from apps.core import clock
from apps.programmes.installation.amounts import BONUS, RANGE_MAXIMUM, RANGE_MINIMUM, base_code
from apps.programmes.installation.professions import PROFESSIONS
from apps.programmes.installation.programme import InstallationAid
from apps.programmes.installation.simulator import SimulatorForm, carried_over, simulate


@require_safe
def aid(request: HttpRequest) -> HttpResponse:
    """What, how much, who, which pieces, how long, who decides and when: three queries."""
    rates = Rate.objects.book(InstallationAid.slug, clock.today())
    context = {
        "programme": InstallationAid,
        "minimum": rates.get(RANGE_MINIMUM),
        "maximum": rates.get(RANGE_MAXIMUM),
        "bonus": rates.get(BONUS),
        "professions": [
            {"label": profession.label, "rate": rates.get(base_code(slug))}
            for slug, profession in PROFESSIONS.items()
        ],
        "documents": DocumentKind.objects.asked_by(InstallationAid.slug),
        "gauge": public_gauge(InstallationAid.slug, clock.today()),
    }
    return render(request, "programmes/installation/aid.html", context)


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    """An empty form, or the estimate for the answers in the address."""
    form = SimulatorForm(request.GET) if request.GET else SimulatorForm()
    simulation = simulate(form.cleaned_data) if form.is_bound and form.is_valid() else None
    return render(
        request,
        "programmes/installation/simulator.html",
        {"form": form, "simulation": simulation, "programme": InstallationAid},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """« Commencer ma demande », with the answers of the estimate in the address."""
    form = SimulatorForm(request.GET)
    answers = carried_over(form.cleaned_data) if request.GET and form.is_valid() else {}
    return start_page(
        request, InstallationAid, template="programmes/installation/apply.html", answers=answers
    )
