"""Whether a project may answer the call. No amount: none is published, each one is voted."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms

from apps.accounts.models import User
from apps.casefiles.simulator import BaseSimulatorForm, Simulation
from apps.core.forms import YesNoField
from apps.programmes.innovation import amounts, eligibility
from apps.programmes.innovation.choices import BOUND_BY_CONTRACT, OwnerKind
from apps.programmes.innovation.eligibility import ProposalFacts

# The themes of the call since it exists (S1, l. 250-251); each year's own are on its page.
THEMES = {
    "e-sante": "E-santé",
    "solidarite": "Solidarité territoriale",
    "exercice-liberal": "Mutations de l’exercice libéral",
}


class SimulatorForm(BaseSimulatorForm):
    porteur = forms.ChoiceField(
        label="Qui porte le projet ?", choices=OwnerKind.choices, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label="Quel thème ?", choices=list(THEMES.items()), widget=forms.RadioSelect
    )
    loiret = YesNoField(label="Le projet sert-il les habitants du Loiret ?")
    contrat = YesNoField(
        label="Si vous êtes une association, avez-vous souscrit le contrat d’engagement "
        "républicain ?",
        required=False,
    )

    def simulate(self, *, today: datetime.date, applicant: User | None) -> Simulation:
        """By the rules alone: no query."""
        answers = self.cleaned_data
        facts = ProposalFacts(
            owner_kind=answers["porteur"],
            theme=THEMES[answers["theme"]],
            serves_loiret=answers["loiret"],
            has_contract=answers["contrat"],
        )
        return Simulation(
            title=f"{OwnerKind(answers['porteur']).label}, {THEMES[answers['theme']].lower()}",
            on=today,
            breakdown=amounts.compute(None),
            eligibility=eligibility.assess(facts),
            query=self.query,
        )

    def carried_over(self) -> dict[str, Any]:
        answers = self.cleaned_data
        is_bound = answers["porteur"] in BOUND_BY_CONTRACT
        return {
            "owner_kind": answers["porteur"],
            "serves_loiret": answers["loiret"],
            "has_contract": answers["contrat"] if is_bound else None,
        }
