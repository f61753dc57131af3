"""The questions of the bursary's estimate, and its answer."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms

from apps.accounts.models import User
from apps.casefiles.public_facts import rates_shown
from apps.casefiles.simulator import BaseSimulatorForm, RequestDateField, Simulation
from apps.core.forms import YesNoField
from apps.programmes.bursaries import amounts, eligibility, tracks
from apps.programmes.bursaries.eligibility import BursaryFacts
from apps.programmes.bursaries.forms import YearOfStudyField
from apps.programmes.bursaries.programme import StudentBursary


class SimulatorForm(BaseSimulatorForm):
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
    date = RequestDateField(
        help_text="Laissez vide pour aujourd’hui. Les montants de ce jour comptent."
    )

    def simulate(self, *, today: datetime.date, applicant: User | None) -> Simulation:
        """By the rules of the day asked: one query."""
        answers = self.cleaned_data
        track, year, on = answers["parcours"], answers["annee"], answers["date"]
        facts = BursaryFacts(
            course=answers["etudes"],
            track=track,
            on=on,
            commits=answers["engagement"],
            has_other_aid=answers["autre_aide"],
        )
        label = tracks.TRACKS[track].label
        return Simulation(
            title=f"{label}, {tracks.year_of_study_label(year)}" if year else label,
            on=on,
            breakdown=amounts.compute(
                track=track, year=year, rates=rates_shown(StudentBursary.slug, on)
            ),
            eligibility=eligibility.assess(facts),
            query=self.query,
        )

    def carried_over(self) -> dict[str, Any]:
        answers = self.cleaned_data
        return {
            "course": answers["etudes"],
            "track": answers["parcours"],
            "year_of_study": answers["annee"],
            "commits": answers["engagement"],
            "has_other_aid": answers["autre_aide"],
        }
