"""« Estimer mon aide »: what the simulators of all programmes share; each asks its own questions.

A simulator is a GET form, so that the address of a result can be shared. Nothing is kept.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.eligibility import Answer, Eligibility
from apps.casefiles.programmes import Programme
from apps.core import clock, throttles
from apps.core.compiled import Asked, reading_together
from apps.core.forms import FrenchDateField
from apps.core.fragments import draw_once, draw_page
from apps.core.kept_fields import KeptFieldsForm

# Estimates in a minute that nobody counts: somebody who compares what they could have.
UNCOUNTED = 20


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """An estimate by the rules of a day, and its reasons.

    `title` says what is estimated, `query` is the query string that gives the same again.
    """

    title: str
    on: datetime.date
    breakdown: AmountBreakdown
    eligibility: Eligibility
    query: str

    @property
    def can_apply(self) -> bool:
        return self.eligibility.answer is not Answer.NO


@dataclass(frozen=True, kw_only=True)
class EstimateFacts:
    """What the answer is drawn from; `phone` is the guichet's."""

    simulation: Simulation
    phone: str


class RequestDateField(FrenchDateField):
    """By the rules of which day to estimate: today's when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"label": "Date de votre demande", "required": False}
        super().__init__(**(defaults | kwargs))

    def clean(self, value: Any) -> datetime.date:
        return super().clean(value) or clock.today()


class BaseSimulatorForm(KeptFieldsForm):
    """The questions of one programme, and the answer to them.

    Field names are the parameters of the address, in the order of their declaration: in French,
    because people share it.
    """

    def asked_ahead(self, *, today: datetime.date) -> Sequence[Asked]:
        """What valid answers will have the fields and `simulate` read, told before they are known
        to be valid: all of it is read in one exchange with the database (core.compiled)."""
        return ()

    def simulate(self, *, today: datetime.date, applicant: User | None) -> Simulation:
        """The estimate for valid answers; `applicant` is whoever is signed in."""
        raise NotImplementedError

    def carried_over(self) -> dict[str, Any]:
        """The valid answers, by the names that Programme.start takes."""
        raise NotImplementedError

    @property
    def query(self) -> str:
        """The valid answers as a query string."""
        values = {name: _parameter(self.cleaned_data[name]) for name in self.base_fields}
        return urlencode({name: value for name, value in values.items() if value})


def simulator_view(
    programme: type[Programme], form_class: type[BaseSimulatorForm], folder: str
) -> Callable[[HttpRequest], HttpResponse]:
    """The page of a simulator: an empty form, or the estimate for the answers in the address.

    `folder` has simulator.html, the page, and estimate.html, the answer: they extend
    casefiles/simulator_base.html and casefiles/estimate_base.html.
    """

    @require_safe
    def simulator(request: HttpRequest) -> HttpResponse:
        form = form_class(request.GET) if request.GET else form_class()
        facts: EstimateFacts | None = None
        if form.is_bound:
            today = clock.today()
            with reading_together(*form.asked_ahead(today=today)):
                if form.is_valid():
                    facts = _estimate(request, form, today)
        page, questions = f"{folder}/simulator.html", form.facts

        def context() -> dict[str, Any]:
            estimate = draw_once(f"{folder}/estimate.html", facts) if facts else ""
            return {
                "form": form,
                "simulation": facts and facts.simulation,
                "estimate": estimate,
                "programme": programme,
            }

        if questions is None:
            return render(request, page, context())
        return draw_page(request, page, context, facts=(questions, facts))

    return simulator


def _estimate(request: HttpRequest, form: BaseSimulatorForm, today: datetime.date) -> EstimateFacts:
    """Raises TooSoonError when this visitor has asked for too many."""
    throttles.require_beyond(request, "simulator", uncounted=UNCOUNTED, at=clock.now())
    applicant = request.user if isinstance(request.user, User) else None
    simulation = form.simulate(today=today, applicant=applicant)
    return EstimateFacts(simulation=simulation, phone=settings.GUICHET["phone_e164"])


def answers_carried_over(
    form_class: type[BaseSimulatorForm], parameters: QueryDict
) -> dict[str, Any]:
    """The answers of an estimate's address, for start_page; none when one of them is wrong."""
    form = form_class(parameters)
    return form.carried_over() if parameters and form.is_valid() else {}


def _parameter(value: Any) -> str:
    """How an address writes an answer: oui or non, ISO dates, codes of rows."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case datetime.date():
            return value.isoformat()
        case Model():
            return str(value.pk)
    return str(value)
