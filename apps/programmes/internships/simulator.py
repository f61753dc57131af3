"""Estimate one's aid: a GET form, so that the address of a result can be shared."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms

from apps.accounts.models import User
from apps.awards.compatibility import AidPeriod
from apps.awards.incompatibilities import cumulation_findings
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.eligibility import Answer, Eligibility
from apps.core.forms import FrenchDateField, YesNoField
from apps.programmes.internships import amounts
from apps.programmes.internships.forms import DEPARTMENT_BURSARY, EMPLOYER_AID, SCHOOL_AID
from apps.programmes.internships.models import why_not_dates
from apps.programmes.internships.programme import DECLARED, RuralInternship, read_place
from apps.programmes.internships.rulebook import read_rulebook
from apps.territory.forms import InseeFirstCommuneField
from apps.territory.models import Commune


class SimulatorForm(forms.Form):
    """Field names are the parameters of the address, in French: people share it."""

    commune = InseeFirstCommuneField(label="Commune du stage")
    debut = FrenchDateField(label="Premier jour du stage")
    fin = FrenchDateField(label="Dernier jour du stage")
    aide_ecole = YesNoField(label=SCHOOL_AID, required=False)
    aide_employeur = YesNoField(label=EMPLOYER_AID, required=False)
    bourse = YesNoField(label=DEPARTMENT_BURSARY, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("debut"), cleaned.get("fin")
        if first and last and (reason := why_not_dates(first, last)):
            self.add_error("fin", reason)
        return cleaned


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """An estimate, its reasons, and the answers that a request takes over."""

    commune: Commune
    starts_on: datetime.date
    ends_on: datetime.date
    on: datetime.date
    breakdown: AmountBreakdown
    eligibility: Eligibility
    query: str

    @property
    def can_apply(self) -> bool:
        return self.eligibility.answer is not Answer.NO


def simulate(
    answers: Mapping[str, Any], *, on: datetime.date, applicant: User | None = None
) -> Simulation:
    """The estimate for the cleaned data of SimulatorForm, by the rules of a day: two queries.

    `applicant` is whoever is signed in: what they were granted counts too.
    """
    carried = carried_over(answers)
    rulebook = read_rulebook(RuralInternship.slug, on)
    return Simulation(
        commune=answers["commune"],
        starts_on=answers["debut"],
        ends_on=answers["fin"],
        on=on,
        breakdown=amounts.compute(
            first_day=answers["debut"],
            last_day=answers["fin"],
            bands=rulebook.bands,
            rates=rulebook.rates,
        ),
        eligibility=Eligibility(
            findings=(
                read_place(answers["commune"], rulebook),
                *cumulation_findings(
                    programme=RuralInternship.slug,
                    on=on,
                    answers={code: carried[name] for name, code in DECLARED.items()},
                    period=AidPeriod(first_day=answers["debut"], last_day=answers["fin"]),
                    applicant=applicant,
                ),
            )
        ),
        query=shared_query(answers),
    )


def shared_query(answers: Mapping[str, Any]) -> str:
    """The query string that gives the same estimate again: INSEE code, ISO dates."""
    words = {True: "oui", False: "non", None: ""}
    values = {
        "commune": answers["commune"].pk,
        "debut": answers["debut"].isoformat(),
        "fin": answers["fin"].isoformat(),
        **{name: words[answers[name]] for name in ("aide_ecole", "aide_employeur", "bourse")},
    }
    return urlencode({name: value for name, value in values.items() if value})


def carried_over(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a simulation, by the names that RuralInternship.start takes."""
    return {
        "commune": answers["commune"],
        "starts_on": answers["debut"],
        "ends_on": answers["fin"],
        "has_school_aid": answers["aide_ecole"],
        "has_employer_aid": answers["aide_employeur"],
        "has_department_bursary": answers["bourse"],
    }
