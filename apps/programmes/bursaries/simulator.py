"""Estimate one's bursary: a GET form, so that the address of a result can be shared."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms

from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.eligibility import Answer, Eligibility
from apps.casefiles.models import Rate
from apps.core import clock
from apps.core.forms import FrenchDateField, YesNoField
from apps.programmes.bursaries import amounts, eligibility, tracks
from apps.programmes.bursaries.eligibility import BursaryFacts
from apps.programmes.bursaries.forms import YearOfStudyField
from apps.programmes.bursaries.programme import StudentBursary


class SimulatorForm(forms.Form):
    """Field names are the parameters of the address, in French: people share it."""

    etudes = forms.ChoiceField(
        label="Quelles études suivez-vous ?",
        choices=list(tracks.COURSES.items()),
        widget=forms.RadioSelect,
    )
    parcours = forms.ChoiceField(
        label="Où étudiez-vous ?", choices=tracks.CHOICES, widget=forms.RadioSelect
    )
    annee = YearOfStudyField(required=False)
    engagement = YesNoField(
        label="Vous engagez-vous à exercer au moins cinq ans dans le Loiret ?", required=False
    )
    autre_aide = YesNoField(label="Avez-vous une autre aide pour ces études ?", required=False)
    date = FrenchDateField(
        label="Date de votre demande",
        help_text="Laissez vide pour aujourd’hui. Les montants de ce jour comptent.",
        required=False,
    )

    def clean_date(self) -> datetime.date:
        """Today when left empty."""
        return self.cleaned_data["date"] or clock.today()


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """An estimate, its reasons, and the answers that a request takes over."""

    title: str
    on: datetime.date
    breakdown: AmountBreakdown
    eligibility: Eligibility
    query: str

    @property
    def can_apply(self) -> bool:
        return self.eligibility.answer is not Answer.NO


def simulate(answers: Mapping[str, Any]) -> Simulation:
    """The estimate for the cleaned data of SimulatorForm: one query."""
    track, on = answers["parcours"], answers["date"]
    facts = BursaryFacts(
        course=answers["etudes"],
        track=track,
        on=on,
        commits=answers["engagement"],
        has_other_aid=answers["autre_aide"],
    )
    return Simulation(
        title=_title(answers),
        on=on,
        breakdown=amounts.compute(
            track=track,
            year=answers["annee"],
            rates=Rate.objects.book(StudentBursary.slug, on),
        ),
        eligibility=eligibility.assess(facts),
        query=shared_query(answers),
    )


def _title(answers: Mapping[str, Any]) -> str:
    label = tracks.TRACKS[answers["parcours"]].label
    year = answers["annee"]
    return f"{label}, {tracks.year_of_study_label(year)}" if year else label


def shared_query(answers: Mapping[str, Any]) -> str:
    """The query string that gives the same estimate again: identifiers and ISO date."""
    words = {True: "oui", False: "non", None: ""}
    values = {
        "etudes": answers["etudes"],
        "parcours": answers["parcours"],
        "annee": answers["annee"] or "",
        "engagement": words[answers["engagement"]],
        "autre_aide": words[answers["autre_aide"]],
        "date": answers["date"].isoformat(),
    }
    return urlencode({name: value for name, value in values.items() if value})


def carried_over(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a simulation, by the names that StudentBursary.start takes."""
    return {
        "course": answers["etudes"],
        "track": answers["parcours"],
        "year_of_study": answers["annee"],
        "commits": answers["engagement"],
        "has_other_aid": answers["autre_aide"],
    }
