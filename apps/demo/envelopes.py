"""The demo's envelopes: those that the sources give, and one for this year, plainly fictitious."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import yaml

from apps.accounts.models import User
from apps.awards.enums import ProvisionalChoice
from apps.awards.envelopes import record_vote
from apps.awards.models import Scenario
from apps.awards.scenarios import create_scenario, save_scenario, usual_amount, waiting_files
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.demo.archive import FACTS, RECORDED_AT

SOURCE = "« Le Plan Priorité Santé en action : point d’étape », Département du Loiret, fin 2023"
# The headings of the budget, and the programme that each one pays for.
HEADINGS = {
    "aides_installation": "installation",
    "bourses": "bourse-etudes",
    "innovation": "innovation",
}
# Enough for the coming session or for the jury's first projects, not for every file that waits.
THIS_YEAR = {"installation": Decimal(300_000), "innovation": Decimal(120_000)}


def record_envelopes(*, head: User, now: datetime) -> None:
    """Budgets of 2023 as published, day of their vote unknown; this year's is a demonstration."""
    for budget in yaml.safe_load(FACTS.read_text(encoding="utf-8"))["budgets"]:
        programme = HEADINGS.get(budget["item"], "")
        # « nature » marks what is no heading of the budget: totals, sums granted.
        if programme in programmes and "nature" not in budget:
            record_vote(
                programme=programme,
                year=budget["year"],
                amount=Decimal(budget["amount"]),
                source=SOURCE,
                actor=head,
                at=RECORDED_AT,
            )
    for programme, amount in THIS_YEAR.items():
        record_vote(
            programme=programme,
            year=clock.paris_date(now).year,
            amount=amount,
            source="Démo : montant fictif",
            is_fictitious=True,
            actor=head,
            at=now,
        )


def try_scenario(*, head: User, now: datetime) -> Scenario:
    """What if every waiting request were accepted?"""
    scenario = create_scenario(
        name="Démo : tout accepter",
        programme="installation",
        year=clock.paris_date(now).year,
        actor=head,
        at=now,
    )
    amounts = {file.pk: usual_amount(file) for file in waiting_files(head, "installation")}
    return save_scenario(
        scenario=scenario,
        choices={pk: (ProvisionalChoice.YES, amount) for pk, amount in amounts.items() if amount},
        actor=head,
        expected_version=scenario.version,
        at=now,
    )
