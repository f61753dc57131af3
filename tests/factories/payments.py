"""Awards with the payments that a test needs, made by the verbs that people use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from apps.accounts.models import User
from apps.awards.batches import export_batch
from apps.awards.enums import ProofKind
from apps.awards.models import Batch, Instalment
from apps.awards.payments import mark_paid, validate_payments
from apps.awards.programmes import AwardedProgramme
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.models import CaseFile
from apps.core import clock
from tests.factories.awards import CLOSED_AT, active_file, decided_file
from tests.factories.bank_details import give_account

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


DEBTOR = {
    "name": "Département fictif",
    "iban": "FR7600000000000000000000097",
    "bic": "DEMOFRPPXXX",
}
# A week after the agreement is signed, accounts are known and payments are validated.
VALIDATED_AT = CLOSED_AT + timedelta(days=17)
EXPORTED_AT = CLOSED_AT + timedelta(days=18)
EXECUTION_ON = clock.paris_date(EXPORTED_AT) + timedelta(days=2)
PAID_ON = EXECUTION_ON
PAID_AT = EXPORTED_AT + timedelta(days=3)


def due(*plan: PlannedInstalment, actor: User, **file: Any) -> list[Instalment]:
    """The payments of an active award whose account is known: due, when nothing is asked."""
    case_file = award(*plan, actor=actor, **file)
    assert case_file.applicant is not None
    give_account(case_file, by=case_file.applicant, at=CLOSED_AT + timedelta(days=12))
    return list(case_file.instalments.order_by("rank"))


def validated(*plan: PlannedInstalment, actor: User, accountant: User, **file: Any) -> Instalment:
    """A payment that may go into a batch."""
    (first, *_) = validate_payments(
        instalments=due(*plan, actor=actor, **file), actor=accountant, at=VALIDATED_AT
    )
    return first


def exported(*instalments: Instalment, accountant: User, **options: Any) -> Batch:
    return export_batch(
        **{
            "instalments": instalments,
            "actor": accountant,
            "execution_on": EXECUTION_ON,
            "request_key": uuid4(),
            "at": EXPORTED_AT,
            **options,
        }
    )


def paid(*instalments: Instalment, accountant: User) -> Batch:
    """These payments, through a batch, each under a number of its own."""
    batch = exported(*instalments, accountant=accountant)
    for instalment in instalments:
        mark_paid(
            instalment=instalment,
            treasury_number=f"M-{instalment.pk}",
            paid_on=PAID_ON,
            actor=accountant,
            at=PAID_AT,
        )
    batch.refresh_from_db()
    return batch
