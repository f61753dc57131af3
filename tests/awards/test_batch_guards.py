"""Proofs and batches refuse what makes no sense, whoever writes it; what was sent is frozen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.models import Batch, BatchDownload, BatchLine, Instalment, InstalmentProof
from tests.factories.awards import decided_file
from tests.factories.casefiles import staff_member, stored_pdf

pytestmark = pytest.mark.django_db

Rows = dict[str, list[dict[str, Any]]]

AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
BEFORE = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
DIGEST = "0" * 64
TOKEN = "gAAAAA=="
# Constraint: what each row that breaks it changes on a piece that waits for its check…
PROOFS: Rows = {
    "instalment_proof_status_known": [{"status": "lost", "reviewed_at": AT}],
    "instalment_proof_reviewed_at_matches": [{"reviewed_at": AT}, {"status": "accepted"}],
    "instalment_proof_refusal_has_reason": [{"status": "refused", "reviewed_at": AT}],
    "instalment_proof_dates_ordered": [{"status": "accepted", "reviewed_at": BEFORE}],
}
# …on a batch of one payment (as a new row: most of it is fixed)…
BATCHES: Rows = {
    "batch_number_form": [{"number": "2027-1"}],
    "batch_is_not_empty": [{"count": 0}, {"total": Decimal(0)}],
    "batch_files_are_encrypted": [
        {"csv_sha256": ""},
        {"csv": "Identifiant;IBAN"},
        {"xml": TOKEN},
        {"xml": "<Document/>", "xml_sha256": DIGEST},
        {"xml_sha256": DIGEST},
    ],
    "batch_dates_ordered": [{"closed_at": BEFORE}],
    "batch_erased_once_closed": [
        {"erased_at": AT},
        {"erased_at": AT, "csv": ""},
        {"erased_at": AT, "closed_at": AT},
    ],
}
# …on its line…
LINES: Rows = {
    "batch_line_rank_unique": [],  # see test_rank_is_used_once
    "batch_line_exported_once": [{"rank": 2}],
    "batch_line_rejection_is_complete": [
        {"rank": 2, "rejected_at": AT},
        {"rank": 2, "rejected_because": "Compte clos."},
    ],
}
# …and on the trace of a download.
DOWNLOADS: Rows = {"batch_download_format_known": [{"format": "pdf"}]}
GUARDS = PROOFS.keys() | BATCHES.keys() | LINES.keys() | DOWNLOADS.keys()


def cases(table: Rows) -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


def new_batch(by: User, **values: Any) -> Batch:
    return Batch.objects.create(
        **{
            "number": "PAY-2027-0001",
            "request_key": uuid4(),
            "created_by": by,
            "created_at": AT,
            "execution_on": date(2027, 1, 6),
            "count": 1,
            "total": Decimal(37000),
            "csv": TOKEN,
            "csv_sha256": DIGEST,
            **values,
        }
    )


def new_line(batch: Batch, instalment: Instalment, **values: Any) -> BatchLine:
    return BatchLine.objects.create(
        **{
            "batch": batch,
            "rank": 1,
            "instalment": instalment,
            "reference": instalment.case_file.reference,
            "beneficiary": "Alice Démo",
            "iban_masked": "FR76 •••• 0000",
            "amount": instalment.amount,
            "budget_year": instalment.budget_year,
            **values,
        }
    )


def settle_constraints() -> None:
    """Run what waits for the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture(scope="module", autouse=True)
def planned(module_transaction: None) -> Instalment:
    return Instalment.objects.get(case_file=decided_file(actor=staff_member(Role.HEAD)))


@pytest.fixture
def instalment(planned: Instalment, db: None) -> Instalment:
    return Instalment.objects.get(pk=planned.pk)


@pytest.fixture
def batch(accountant: User, instalment: Instalment) -> Batch:
    batch = new_batch(accountant)
    new_line(batch, instalment)
    settle_constraints()
    return batch


@pytest.mark.parametrize(("name", "values"), cases(PROOFS))
def test_proof_that_breaks_the_constraint_is_refused(
    instalment: Instalment, head: User, name: str, values: dict[str, Any]
) -> None:
    proof = {"instalment": instalment, "file": stored_pdf(head), "given_by": head, "given_at": AT}

    with pytest.raises(IntegrityError, match=f'"{name}"|"instalment_proof_status_known"'):
        InstalmentProof.objects.create(**{**proof, **values})


@pytest.mark.parametrize(("name", "values"), cases(BATCHES))
def test_batch_that_breaks_the_constraint_is_refused(
    accountant: User, name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        new_batch(accountant, **values)


@pytest.mark.parametrize(("name", "values"), cases(LINES))
def test_line_that_breaks_the_constraint_is_refused(
    batch: Batch, instalment: Instalment, name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        new_line(batch, instalment, **values)


@pytest.mark.parametrize(("name", "values"), cases(DOWNLOADS))
def test_download_that_breaks_the_constraint_is_refused(
    batch: Batch, accountant: User, name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        BatchDownload.objects.create(**{"batch": batch, "user": accountant, "at": AT, **values})


def test_rank_is_used_once(batch: Batch, instalment: Instalment) -> None:
    BatchLine.objects.update(
        rejected_at=AT, rejected_by=batch.created_by, rejected_because="Compte clos."
    )
    with pytest.raises(IntegrityError, match='"batch_line_rank_unique"'):
        new_line(batch, instalment)


def test_payment_sent_back_may_go_into_another_batch(batch: Batch, instalment: Instalment) -> None:
    BatchLine.objects.update(
        rejected_at=AT, rejected_by=batch.created_by, rejected_because="Compte clos."
    )
    new_line(new_batch(batch.created_by, number="PAY-2027-0002"), instalment)

    settle_constraints()
    assert BatchLine.objects.standing().count() == 1


@pytest.mark.parametrize(
    "values",
    [{"amount": Decimal(1)}, {"iban_masked": "FR14 •••• 1111"}, {"rank": 2}, {"beneficiary": "X"}],
    ids=lambda values: next(iter(values)),
)
def test_line_is_frozen(batch: Batch, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        BatchLine.objects.update(**values)


@pytest.mark.parametrize(
    "values",
    [{"total": Decimal(1)}, {"number": "PAY-2027-0009"}, {"csv_sha256": "1" * 64}],
    ids=lambda values: next(iter(values)),
)
def test_batch_is_frozen(batch: Batch, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        Batch.objects.update(**values)


@pytest.mark.parametrize("model", [Batch, BatchLine])
def test_nothing_sent_is_deleted(batch: Batch, model: type[models.Model]) -> None:
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        model._default_manager.all()._raw_delete(using="default")


def test_rejection_is_final(batch: Batch) -> None:
    reject = {"rejected_at": AT, "rejected_by": batch.created_by, "rejected_because": "Clos."}
    BatchLine.objects.update(**reject)

    with pytest.raises(DatabaseError, match="Cannot update"):
        BatchLine.objects.update(rejected_at=None, rejected_by=None, rejected_because="")


def test_closed_batch_stays_closed(batch: Batch) -> None:
    Batch.objects.update(closed_at=AT)
    Batch.objects.update(csv=f"{TOKEN}2")  # a key is changed: the words stay the same

    with pytest.raises(DatabaseError, match="Cannot update"):
        Batch.objects.update(closed_at=None)


def test_line_that_differs_from_its_instalment_is_refused(
    accountant: User, instalment: Instalment
) -> None:
    with pytest.raises(IntegrityError, match="differs from it"):
        new_line(new_batch(accountant), instalment, amount=Decimal(36999))


def test_batch_that_does_not_add_up_is_refused(accountant: User, instalment: Instalment) -> None:
    new_line(new_batch(accountant, total=Decimal(36999)), instalment)

    with pytest.raises(IntegrityError, match="does not add up"):
        settle_constraints()


def test_batch_without_its_lines_is_refused(accountant: User) -> None:
    new_batch(accountant)

    with pytest.raises(IntegrityError, match="does not add up"):
        settle_constraints()


def test_nothing_is_slipped_into_a_batch(batch: Batch, head: User) -> None:
    new_line(batch, Instalment.objects.get(case_file=decided_file(actor=head)), rank=2)

    with pytest.raises(IntegrityError, match="does not add up"):
        settle_constraints()
