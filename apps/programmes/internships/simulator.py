"""The questions of the rural internship allowance's estimate, and its answer."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from apps.accounts.models import User
from apps.awards.compatibility import AidPeriod
from apps.awards.incompatibilities import cumulation_findings, rules_asked
from apps.casefiles.eligibility import Eligibility
from apps.casefiles.simulator import BaseSimulatorForm, Simulation
from apps.core.compiled import Asked
from apps.core.dates import format_date
from apps.core.forms import FrenchDateField, YesNoField
from apps.programmes.internships import amounts
from apps.programmes.internships.forms import DEPARTMENT_BURSARY, EMPLOYER_AID, SCHOOL_AID
from apps.programmes.internships.models import why_not_dates
from apps.programmes.internships.programme import DECLARED, RuralInternship, read_place
from apps.programmes.internships.rulebook import read_rulebook, rulebook_asked
from apps.territory.forms import InseeFirstCommuneField, code_asked


class SimulatorForm(BaseSimulatorForm):
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

    def asked_ahead(self, *, today: datetime.date) -> Sequence[Asked]:
        code = code_asked(self.data.get("commune", "").strip())
        slug = RuralInternship.slug
        return (*code, rulebook_asked(slug, today), rules_asked(slug, today)) if code else ()

    def simulate(self, *, today: datetime.date, applicant: User | None) -> Simulation:
        """By today's rules: two queries. What the applicant was granted counts too."""
        carried = self.carried_over()
        commune, first, last = carried["commune"], carried["starts_on"], carried["ends_on"]
        rulebook = read_rulebook(RuralInternship.slug, today)
        return Simulation(
            title=f"Stage {commune.located}, du {format_date(first)} au {format_date(last)}",
            on=today,
            breakdown=amounts.compute(
                first_day=first, last_day=last, bands=rulebook.bands, rates=rulebook.rates
            ),
            eligibility=Eligibility(
                findings=(
                    read_place(commune, rulebook),
                    *cumulation_findings(
                        programme=RuralInternship.slug,
                        on=today,
                        answers={code: carried[name] for name, code in DECLARED.items()},
                        period=AidPeriod(first_day=first, last_day=last),
                        applicant=applicant,
                    ),
                )
            ),
            query=self.query,
        )

    def carried_over(self) -> dict[str, Any]:
        answers = self.cleaned_data
        return {
            "commune": answers["commune"],
            "starts_on": answers["debut"],
            "ends_on": answers["fin"],
            "has_school_aid": answers["aide_ecole"],
            "has_employer_aid": answers["aide_employeur"],
            "has_department_bursary": answers["bourse"],
        }
