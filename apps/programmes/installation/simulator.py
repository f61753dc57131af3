"""The questions of the installation aid's estimate, and its answer."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django import forms

from apps.accounts.models import User
from apps.casefiles.public_facts import rates_asked, rates_shown
from apps.casefiles.simulator import BaseSimulatorForm, RequestDateField, Simulation
from apps.core.compiled import Asked
from apps.core.forms import YesNoField
from apps.programmes.installation import amounts, eligibility, professions
from apps.programmes.installation.eligibility import InstallationFacts
from apps.programmes.installation.models import SupervisorStatus
from apps.programmes.installation.programme import InstallationAid, place_asked, read_place
from apps.territory.forms import InseeFirstCommuneField, code_asked


class SimulatorForm(BaseSimulatorForm):
    profession = forms.ChoiceField(
        label="Votre profession", choices=[("", "Choisissez"), *professions.CHOICES]
    )
    commune = InseeFirstCommuneField(label="Commune d’installation")
    date = RequestDateField(
        help_text="Laissez vide pour aujourd’hui. Le barème et la zone de ce jour comptent."
    )
    maitre_de_stage = forms.ChoiceField(
        label="Êtes-vous maître de stage ?",
        choices=SupervisorStatus.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    premiere_installation = YesNoField(label="Est-ce votre première installation ?", required=False)
    aide_ars = YesNoField(
        label="Avez-vous déjà une aide de l’ARS ou de l’Assurance maladie ?", required=False
    )

    # The page asks in this order; addresses keep the order above.
    field_order = ("profession", "commune", "premiere_installation", "maitre_de_stage", "aide_ars")

    def asked_ahead(self, *, today: datetime.date) -> Sequence[Asked]:
        typed = self.data
        insee, on = typed.get("commune", "").strip(), today
        if typed.get("date"):
            with suppress(ValueError):
                on = datetime.date.fromisoformat(typed["date"])
        if not (code := code_asked(insee)):
            return ()
        place = place_asked(typed.get("profession", ""), insee, on=on)
        return *code, *place, rates_asked(InstallationAid.slug, on)

    def simulate(self, *, today: datetime.date, applicant: User | None) -> Simulation:
        """By the rules of the day asked: two queries."""
        answers = self.cleaned_data
        profession, commune, on = answers["profession"], answers["commune"], answers["date"]
        reading = read_place(profession, commune, on=on)
        facts = InstallationFacts(
            profession=profession,
            commune=commune.name,
            on=on,
            is_first_installation=answers["premiere_installation"],
            has_other_aid=answers["aide_ars"],
        )
        return Simulation(
            title=f"{professions.PROFESSIONS[profession].label} {commune.located}",
            on=on,
            breakdown=amounts.compute(
                profession=profession,
                supervisor=answers["maitre_de_stage"],
                rates=rates_shown(InstallationAid.slug, on),
            ),
            eligibility=eligibility.assess(
                facts, reading.zone, eligible_zones=reading.eligible_zones
            ),
            query=self.query,
        )

    def carried_over(self) -> dict[str, Any]:
        answers = self.cleaned_data
        return {
            "profession": answers["profession"],
            "commune": answers["commune"],
            "supervisor": answers["maitre_de_stage"],
            "is_first_installation": answers["premiere_installation"],
            "has_other_aid": answers["aide_ars"],
        }
