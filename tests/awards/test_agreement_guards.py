"""Agreements, signed copies and accounts refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from apps.accounts.models import User
from apps.awards.agreements import refuse_return
from apps.awards.bank_details import reveal_iban
from apps.awards.enums import AgreementStatus, InstalmentStatus
from apps.awards.models import (
    Agreement,
    AgreementCopy,
    BankDetails,
    BankDetailsAccess,
    Instalment,
)
from tests.factories.awards import active_file, decided_file
from tests.factories.bank_details import bank_details, returned_agreement, sent_agreement
from tests.factories.casefiles import stored_pdf

pytestmark = pytest.mark.django_db

Rows = dict[str, list[dict[str, Any]]]

NOW = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
# Constraint: what each row that breaks it changes on an agreement that was sent…
SENT: Rows = {
    "agreement_status_known": [],  # the trigger of moves comes first
    "agreement_document_has_terms": [{"document": None}, {"terms": None}, {"prepared_at": None}],
    "agreement_sent_is_complete": [{"sent_by": None}, {"sent_at": None}],
    "agreement_returned_is_complete": [
        {"returned_at": NOW},
        {"status": AgreementStatus.RETURNED},
    ],
}
# …on a signed one…
SIGNED: Rows = {
    "agreement_signed_is_complete": [{"signed_on": None}, {"checked_by": None}],
    "agreement_signed_before_checked": [{"signed_on": date(2040, 1, 1)}],
}
# …on a signed copy, and on an account.
COPIES: Rows = {
    "agreement_copy_refusal_is_complete": [{"refusal": "Illisible."}, {"refused_at": NOW}],
}
ACCOUNTS: Rows = {
    "bank_details_channel_known": [{"channel": "pigeon"}],
    "bank_details_mask_form": [{"country": "fr"}, {"last4": "06"}],
    "bank_details_have_a_holder": [{"holder": ""}],
    "bank_details_are_encrypted": [{"ciphertext": "FR1420041010050500013M02606"}],
}
ACCESSES: Rows = {
    "bank_access_seen_known": [],  # append-only: see test_look_without_a_purpose_is_refused
    "bank_access_has_a_purpose": [],
}
GUARDS = SENT.keys() | SIGNED.keys() | COPIES.keys() | ACCOUNTS.keys() | ACCESSES.keys()


def cases(table: Rows) -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


def refused(model: type[models.Model], name: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        model._default_manager.update(**values)


@pytest.mark.parametrize(("name", "values"), cases(SENT))
def test_sent_agreement_is_complete(head: User, name: str, values: dict[str, Any]) -> None:
    sent_agreement(actor=head)
    refused(Agreement, name, values)


@pytest.mark.parametrize(("name", "values"), cases(SIGNED))
def test_signed_agreement_is_complete(head: User, name: str, values: dict[str, Any]) -> None:
    active_file(actor=head)
    refused(Agreement, name, values)


@pytest.mark.parametrize(("name", "values"), cases(COPIES))
def test_refusal_of_a_copy_is_complete(head: User, name: str, values: dict[str, Any]) -> None:
    returned_agreement(actor=head)
    refused(AgreementCopy, name, values)


@pytest.mark.parametrize(("name", "values"), cases(ACCOUNTS))
def test_account_is_complete_and_encrypted(head: User, name: str, values: dict[str, Any]) -> None:
    bank_details(actor=head)
    refused(BankDetails, name, values)


@pytest.mark.parametrize("status", [AgreementStatus.SIGNED, AgreementStatus.REFUSED, "lost"])
def test_agreement_moves_in_order(head: User, status: str) -> None:
    sent_agreement(actor=head)
    with pytest.raises(DatabaseError, match="Invalid transition"):
        Agreement.objects.update(status=status)


def test_signed_agreement_stays(head: User) -> None:
    active_file(actor=head)
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Agreement.objects.update(status=AgreementStatus.RETURNED)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Agreement.objects.all()._raw_delete(using="default")


def test_file_has_one_agreement_and_a_scan_one_use(head: User) -> None:
    first, second = active_file(actor=head), decided_file(actor=head)
    agreement = Agreement.objects.get(case_file=first)

    agreement.pk = None
    with pytest.raises(IntegrityError, match="case_file_id"), transaction.atomic():
        Agreement.objects.bulk_create([agreement])
    agreement.case_file = second
    with pytest.raises(IntegrityError, match="scan_id"), transaction.atomic():
        Agreement.objects.bulk_create([agreement])


def test_copy_and_its_refusal_never_change(head: User) -> None:
    agreement = returned_agreement(actor=head)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        AgreementCopy.objects.update(added_at=NOW)
    refuse_return(case_file=agreement.case_file, actor=head, reason="La page 2 manque.")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        AgreementCopy.objects.update(refusal="Rien.")
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        AgreementCopy.objects.all()._raw_delete(using="default")


def test_account_of_a_payment_on_its_way_cannot_change(head: User) -> None:
    details = bank_details(actor=head)
    instalments = Instalment.objects.filter(case_file=details.case_file)
    for status in (InstalmentStatus.DUE, InstalmentStatus.VALIDATED, InstalmentStatus.EXPORTED):
        instalments.update(status=status)

    for values in ({"last4": "0000"}, {"holder": "Autre"}, {"rib": stored_pdf()}):
        with pytest.raises(DatabaseError, match="is on its way"), transaction.atomic():
            BankDetails.objects.update(**values)
    # A new key is no new account.
    assert BankDetails.objects.update(ciphertext=f"{details.ciphertext[:-1]}=") == 1


def test_look_at_an_account_never_changes(head: User, accountant: User) -> None:
    details = bank_details(actor=head)
    reveal_iban(details, actor=accountant, purpose="Contrôle", at=NOW)

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        BankDetailsAccess.objects.update(purpose="Autre")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        BankDetailsAccess.objects.all()._raw_delete(using="default")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("bank_access_has_a_purpose", {"purpose": ""}),
        ("bank_access_seen_known", {"seen": "sms"}),
    ],
)
def test_look_without_a_purpose_is_refused(
    head: User, accountant: User, name: str, values: dict[str, str]
) -> None:
    details = bank_details(actor=head)
    row = {"seen": "iban", "purpose": "Contrôle", **values}
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        BankDetailsAccess.objects.create(
            details=details, masked=details.masked, person=accountant, at=NOW, **row
        )
