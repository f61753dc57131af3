"""Awards with the payments that a test needs, made by the verbs that people use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from apps.accounts.models import User
from apps.awards.enums import ProofKind
from apps.awards.models import Instalment
from apps.awards.programmes import AwardedProgramme
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.models import CaseFile
from tests.factories.awards import active_file, decided_file

CERTIFICATE = "Certificat de scolarité"
AMOUNT = Decimal(37000)  # what decided_file grants


def planned(
    amount: Decimal = AMOUNT,
    *,
    proof: ProofKind = ProofKind.NONE,
    due_on: date | None = None,
    budget_year: int = 2026,
) -> PlannedInstalment:
    return PlannedInstalment(
        label="Versement de l’aide",
        amount=amount,
        budget_year=budget_year,
        due_on=due_on,
        proof=proof,
        proof_label="" if proof == ProofKind.NONE else CERTIFICATE,
    )


def award(*plan: PlannedInstalment, actor: User, is_active: bool = True, **file: Any) -> CaseFile:
    """A granted file (active: its agreement signed) paid by these instalments."""

    def schedule(*args: Any, **kwargs: Any) -> Sequence[PlannedInstalment]:
        return plan or (planned(),)

    with patch.object(AwardedProgramme, "schedule", schedule):
        make = active_file if is_active else decided_file
        return make(actor=actor, **file)


def instalment(*plan: PlannedInstalment, actor: User, **options: Any) -> Instalment:
    """The first payment of such an award."""
    return award(*plan, actor=actor, **options).instalments.get(rank=1)
