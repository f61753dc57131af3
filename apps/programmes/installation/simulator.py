"""Estimate one's aid: a GET form, so that the address of a result can be shared."""

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
from apps.programmes.installation import amounts, eligibility, professions
from apps.programmes.installation.eligibility import InstallationFacts
from apps.programmes.installation.models import SupervisorStatus
from apps.programmes.installation.programme import InstallationAid, read_place
from apps.territory.forms import InseeFirstCommuneField
from apps.territory.models import Commune


class SimulatorForm(forms.Form):
    """Field names are the parameters of the address, in French: people share it."""

    profession = forms.ChoiceField(
        label="Votre profession", choices=[("", "Choisissez"), *professions.CHOICES]
    )
    commune = InseeFirstCommuneField(label="Commune d’installation")
    premiere_installation = YesNoField(label="Est-ce votre première installation ?", required=False)
    maitre_de_stage = forms.ChoiceField(
        label="Êtes-vous maître de stage ?",
        choices=SupervisorStatus.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    aide_ars = YesNoField(
        label="Avez-vous déjà une aide de l’ARS ou de l’Assurance maladie ?", required=False
    )
    date = FrenchDateField(
        label="Date de votre demande",
        help_text="Laissez vide pour aujourd’hui. Le barème et la zone de ce jour comptent.",
        required=False,
    )

    def clean_date(self) -> datetime.date:
        """Today when left empty."""
        return self.cleaned_data["date"] or clock.today()


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """An estimate, its reasons, and the answers that a request takes over."""

    profession: str
    commune: Commune
    on: datetime.date
    breakdown: AmountBreakdown
    eligibility: Eligibility
    query: str

    @property
    def can_apply(self) -> bool:
        return self.eligibility.answer is not Answer.NO


def simulate(answers: Mapping[str, Any]) -> Simulation:
    """The estimate for the cleaned data of SimulatorForm: two queries."""
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
        profession=professions.PROFESSIONS[profession].label,
        commune=commune,
        on=on,
        breakdown=amounts.compute(
            profession=profession,
            supervisor=answers["maitre_de_stage"],
            rates=Rate.objects.book(InstallationAid.slug, on),
        ),
        eligibility=eligibility.assess(facts, reading.zone, eligible_zones=reading.eligible_zones),
        query=shared_query(answers),
    )


def shared_query(answers: Mapping[str, Any]) -> str:
    """The query string that gives the same estimate again: identifiers, INSEE code, ISO date."""
    words = {True: "oui", False: "non", None: ""}
    values = {
        "profession": answers["profession"],
        "commune": answers["commune"].pk,
        "date": answers["date"].isoformat(),
        "maitre_de_stage": answers["maitre_de_stage"],
        "premiere_installation": words[answers["premiere_installation"]],
        "aide_ars": words[answers["aide_ars"]],
    }
    return urlencode({name: value for name, value in values.items() if value})


def carried_over(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a simulation, by the names that InstallationAid.start takes."""
    return {
        "profession": answers["profession"],
        "commune": answers["commune"],
        "supervisor": answers["maitre_de_stage"],
        "is_first_installation": answers["premiere_installation"],
        "has_other_aid": answers["aide_ars"],
    }
