"""An award paid to its end, by the verbs that people use."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from apps.accounts.roles import Role
from apps.awards.bank_details import give_bank_details
from apps.awards.batches import export_batch
from apps.awards.payments import mark_paid, validate_payments
from apps.casefiles.models import CaseFile
from apps.core import clock
from tests.factories.casefiles import staff_member, stored_pdf


def settle(case_file: CaseFile, *, at: datetime) -> None:
    """Every instalment of an active award that asks for no proof, paid four days after `at`."""
    assert case_file.applicant is not None
    accountant = staff_member(Role.ACCOUNTANT, case_file.programme)
    give_bank_details(
        case_file=case_file,
        actor=case_file.applicant,
        iban="FR1420041010050500013M02606",
        holder="Alice Démo",
        rib=stored_pdf(case_file.applicant, name="rib.pdf"),
        at=at,
    )
    instalments = list(case_file.instalments.order_by("rank"))
    validate_payments(instalments=instalments, actor=accountant, at=at)
    export_batch(
        instalments=instalments,
        actor=accountant,
        execution_on=clock.paris_date(at + timedelta(days=2)),
        request_key=uuid4(),
        at=at,
    )
    for instalment in instalments:
        mark_paid(
            instalment=instalment,
            treasury_number=f"SOLDE-{instalment.pk}",
            paid_on=clock.paris_date(at + timedelta(days=4)),
            actor=accountant,
            at=at + timedelta(days=4),
        )
