"""A batch is made once, whole, or not at all; its files open for the accountant alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.awards import batches
from apps.awards.batch_csv import Answer
from apps.awards.batches import cancel_batch, export_batch, open_batch_file, record_answers
from apps.awards.enums import BatchFormat, InstalmentStatus
from apps.awards.models import (
    BankDetailsAccess,
    Batch,
    BatchDownload,
    BatchLine,
    Instalment,
)
from apps.awards.payments import mark_paid, validate_payments
from apps.casefiles.transitions import MoveRefusedError
from tests.factories.payments import (
    AMOUNT,
    DEBTOR,
    EXECUTION_ON,
    EXPORTED_AT,
    PAID_AT,
    PAID_ON,
    VALIDATED_AT,
    due,
    exported,
    planned,
    validated,
)
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db

IBAN = "FR1420041010050500013M02606"


@pytest.fixture(autouse=True)
def _council_s_account(settings: Settings) -> None:
    settings.DEBTOR = DEBTOR


def two_validated(head: User, accountant: User) -> list[Instalment]:
    half = AMOUNT / 2
    return validate_payments(
        instalments=due(planned(half), planned(half), actor=head), actor=accountant, at=VALIDATED_AT
    )


def test_batch_freezes_what_is_handed_over(head: User, accountant: User) -> None:
    items = two_validated(head, accountant)

    batch = exported(*items, accountant=accountant)

    assert (batch.number, batch.count, batch.total) == ("PAY-2027-0001", 2, AMOUNT)
    lines = list(batch.lines.all())
    assert [line.rank for line in lines] == [1, 2]
    assert {line.beneficiary for line in lines} == {"Alice Démo"}
    assert all(line.iban_masked.endswith("2606") and IBAN not in line.iban_masked for line in lines)
    assert {item.status for item in Instalment.objects.all()} == {InstalmentStatus.EXPORTED}
    # Neither file is readable at rest, and each look at an account is recorded.
    assert IBAN not in batch.csv + batch.xml
    purposes = BankDetailsAccess.objects.values_list("purpose", flat=True)
    assert list(purposes) == ["Bordereau PAY-2027-0001"] * 2


def test_files_open_for_the_accountant_and_leave_a_trace(
    head: User, accountant: User, caseworker: User, superuser: User
) -> None:
    batch = exported(*two_validated(head, accountant), accountant=accountant)

    sheet = open_batch_file(batch=batch, form=BatchFormat.CSV, actor=accountant)
    xml = open_batch_file(batch=batch, form=BatchFormat.XML, actor=accountant)

    assert sheet.count(IBAN) == xml.count(f"<IBAN>{IBAN}</IBAN>") == 2
    assert [item.format for item in BatchDownload.objects.order_by("pk")] == ["csv", "xml"]
    for stranger in (head, caseworker, superuser):
        with pytest.raises(MoveRefusedError, match="Comptable"):
            open_batch_file(batch=batch, form=BatchFormat.CSV, actor=stranger)
    assert BatchDownload.objects.count() == 2


def test_without_the_council_s_account_there_is_a_sheet_and_no_transfer_file(
    settings: Settings, head: User, accountant: User
) -> None:
    settings.DEBTOR = {"name": "", "iban": "", "bic": ""}

    batch = exported(validated(actor=head, accountant=accountant), accountant=accountant)

    assert (batch.xml, batch.xml_sha256) == ("", "")
    assert IBAN in open_batch_file(batch=batch, form=BatchFormat.CSV, actor=accountant)
    with pytest.raises(MoveRefusedError, match="Le fichier SEPA ne peut pas être établi"):
        open_batch_file(batch=batch, form=BatchFormat.XML, actor=accountant)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"instalments": []}, "Cochez au moins un versement."),
        ({"execution_on": date(2027, 1, 4)}, "La date d’exécution est passée."),
    ],
)
def test_batch_that_cannot_be_is_refused(
    head: User, accountant: User, options: dict[str, Any], reason: str
) -> None:
    item = validated(actor=head, accountant=accountant)

    with pytest.raises(MoveRefusedError, match=reason):
        exported(item, accountant=accountant, **options)
    assert not Batch.objects.exists()


def test_payment_that_is_not_validated_stays_out(
    head: User, accountant: User, superuser: User
) -> None:
    (item,) = due(actor=head)
    ready = validated(actor=head, accountant=accountant)

    with pytest.raises(MoveRefusedError, match="n’est pas validé"):
        exported(item, ready, accountant=accountant)
    with pytest.raises(MoveRefusedError, match="Comptable"):
        exported(ready, accountant=superuser)
    assert Instalment.objects.get(pk=ready.pk).status == InstalmentStatus.VALIDATED


def test_same_request_makes_one_batch(head: User, accountant: User) -> None:
    item, key = validated(actor=head, accountant=accountant), uuid4()

    first = exported(item, accountant=accountant, request_key=key)
    second = exported(item, accountant=accountant, request_key=key)

    assert first == second
    assert Batch.objects.count() == BatchLine.objects.count() == 1


STEPS = ("next_number", "reveal_iban", "write_sheet", "transfer_file", "encrypt", "tell")


class KilledError(Exception):
    """The process dies."""


@pytest.mark.parametrize("step", STEPS)
def test_export_killed_at_any_step_is_made_once_when_asked_again(
    head: User, accountant: User, step: str
) -> None:
    items, key = two_validated(head, accountant), uuid4()
    again = partial(exported, *items, accountant=accountant, request_key=key)

    with patch.object(batches, step, side_effect=KilledError), pytest.raises(KilledError):
        again()
    assert not Batch.objects.exists()
    assert not BankDetailsAccess.objects.exists()
    assert {item.status for item in Instalment.objects.all()} == {InstalmentStatus.VALIDATED}

    assert again() == again()
    assert Batch.objects.get().total == AMOUNT
    assert {item.status for item in Instalment.objects.all()} == {InstalmentStatus.EXPORTED}


def test_answers_of_the_treasury_are_recorded_together(head: User, accountant: User) -> None:
    batch = exported(*two_validated(head, accountant), accountant=accountant)
    answers = [
        Answer(identifier="PAY-2027-0001-001", treasury_number="M-1", paid_on=PAID_ON),
        Answer(identifier="PAY-2027-0001-002", rejected_because="Compte clos."),
    ]

    for _ in range(2):  # the same file sent twice
        record_answers(batch=batch, answers=answers, actor=accountant, at=PAID_AT)

    batch.refresh_from_db()
    assert batch.closed_at == PAID_AT
    statuses = Instalment.objects.order_by("rank").values_list("status", flat=True)
    assert list(statuses) == [InstalmentStatus.PAID, InstalmentStatus.VALIDATED]


def test_one_wrong_answer_changes_nothing(head: User, accountant: User) -> None:
    batch = exported(*two_validated(head, accountant), accountant=accountant)
    answers = [
        Answer(identifier="PAY-2027-0001-001", treasury_number="M-1", paid_on=PAID_ON),
        Answer(identifier="PAY-2027-0001-002", treasury_number="M-1", paid_on=PAID_ON),
        Answer(identifier="PAY-2027-0001-009", treasury_number="M-3", paid_on=PAID_ON),
    ]

    with pytest.raises(MoveRefusedError) as refusal:
        record_answers(batch=batch, answers=answers, actor=accountant, at=PAID_AT)

    assert len(refusal.value.reasons) == 2
    assert not Instalment.objects.paid().exists()


def test_batch_is_taken_back_before_any_payment(head: User, accountant: User) -> None:
    items = two_validated(head, accountant)
    batch = exported(*items, accountant=accountant)

    taken = cancel_batch(batch=batch, reason="Mauvaise date.", actor=accountant, at=PAID_AT)

    assert taken.closed_at == PAID_AT
    assert {item.status for item in Instalment.objects.all()} == {InstalmentStatus.VALIDATED}
    with pytest.raises(MoveRefusedError, match="clos"):
        cancel_batch(batch=taken, reason="Encore.", actor=accountant, at=PAID_AT)

    other = exported(*items, accountant=accountant)
    mark_paid(
        instalment=items[0], treasury_number="M-1", paid_on=PAID_ON, actor=accountant, at=PAID_AT
    )
    with pytest.raises(MoveRefusedError, match="déjà payé"):
        cancel_batch(batch=other, reason="Trop tard.", actor=accountant, at=PAID_AT)


THREADS, ROUNDS = 5, 10


@pytest.mark.django_db(transaction=True)
def test_fifty_exports_at_once_never_hand_a_payment_over_twice(
    head: User, accountant: User
) -> None:
    """Each round, five accountants export the same payments, in another order."""
    items = two_validated(head, accountant)
    for _ in range(ROUNDS):
        outcomes = race(
            *(
                partial(
                    export_batch,
                    instalments=items[:: 1 if rank % 2 else -1],
                    actor=accountant,
                    execution_on=EXECUTION_ON,
                    request_key=uuid4(),
                    at=EXPORTED_AT,
                )
                for rank in range(THREADS)
            )
        )
        (batch,) = winners(outcomes)
        assert all(isinstance(item, Batch | MoveRefusedError) for item in outcomes)
        cancel_batch(batch=batch, reason="Pour recommencer.", actor=accountant, at=EXPORTED_AT)

    assert Batch.objects.count() == ROUNDS
    assert sorted(Batch.objects.values_list("total", flat=True)) == [Decimal(37000)] * ROUNDS


@pytest.mark.django_db(transaction=True)
def test_one_payment_recorded_by_many_at_once_is_paid_once(head: User, accountant: User) -> None:
    items = two_validated(head, accountant)
    batch = exported(*items, accountant=accountant)

    outcomes = race(
        *(
            partial(
                mark_paid,
                instalment=items[rank % 2],
                treasury_number=f"M-{rank}",
                paid_on=PAID_ON,
                actor=accountant,
                at=PAID_AT,
            )
            for rank in range(6)
        )
    )

    assert len(winners(outcomes)) == 2
    assert Instalment.objects.paid().total() == AMOUNT
    batch.refresh_from_db()
    assert batch.closed_at == PAID_AT
