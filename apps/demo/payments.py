"""Payments of the demo town, each left at another step: to hand over, handed over, paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from apps.accounts.models import User
from apps.awards.batches import export_batch
from apps.awards.enums import InstalmentStatus
from apps.awards.models import Instalment
from apps.awards.payments import mark_paid, validate_payments
from apps.casefiles.models import CaseFile
from apps.core import clock


def pay_award(
    case_file: CaseFile, accountant: User, *, signed_at: datetime, until: InstalmentStatus
) -> None:
    """Walk what is due of an active award to `until`, once its account is known."""
    due = list(case_file.instalments.filter(status=InstalmentStatus.DUE))
    if due:
        pay_together(due, accountant, at=signed_at + timedelta(days=6), until=until)


def pay_together(
    instalments: Sequence[Instalment],
    accountant: User,
    *,
    at: datetime,
    until: InstalmentStatus = InstalmentStatus.PAID,
) -> None:
    """One batch for all of them, to `until`: validated, exported or paid.

    Validated `at`, handed over two days later; the treasury pays four days after the batch.
    """
    validate_payments(instalments=instalments, actor=accountant, at=at)
    if until == InstalmentStatus.VALIDATED:
        return
    exported_at = at + timedelta(days=2)
    export_batch(
        instalments=instalments,
        actor=accountant,
        execution_on=clock.paris_date(exported_at + timedelta(days=2)),
        request_key=uuid4(),
        at=exported_at,
    )
    if until == InstalmentStatus.PAID:
        for instalment in instalments:
            _pay(instalment, accountant, at=exported_at + timedelta(days=4))


def _pay(instalment: Instalment, accountant: User, *, at: datetime) -> None:
    mark_paid(
        instalment=instalment,
        treasury_number=f"DEMO-{at:%Y}-{instalment.pk:05d}",
        paid_on=clock.paris_date(at),
        actor=accountant,
        at=at,
    )
