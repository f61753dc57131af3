"""What each budget bears, entered with each payment: the same to the cent as adding them up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.models import User
from apps.awards.budget_ledger import fold_entries
from apps.awards.models import BudgetEntry, Envelope, Instalment
from apps.core.consistency import check_everything
from tests.factories.awards import CLOSED_AT, decided_file, voted_envelope
from tests.support.text import plain

pytestmark = pytest.mark.django_db

AWARD = Decimal(37_000)


def borne() -> tuple[Decimal, Decimal]:
    envelope = Envelope.objects.with_figures().get()
    return envelope.committed, envelope.paid


def test_a_grant_a_payment_and_a_cancellation_are_entered(head: User) -> None:
    voted_envelope(100_000, actor=head)
    assert borne() == (0, 0)

    item = decided_file(actor=head).instalments.get()
    assert borne() == (AWARD, 0)
    for status in ("due", "validated", "exported"):
        Instalment.objects.filter(pk=item.pk).update(status=status)
    Instalment.objects.filter(pk=item.pk).update(
        status="paid", paid_on="2026-12-20", treasury_number="M-1"
    )
    assert borne() == (AWARD, AWARD)

    other = decided_file(actor=head).instalments.get()
    assert borne() == (2 * AWARD, AWARD)
    Instalment.objects.filter(pk=other.pk).update(status="cancelled")
    assert borne() == (AWARD, AWARD)


def test_a_fold_leaves_one_entry_a_budget_and_changes_no_figure(head: User) -> None:
    voted_envelope(200_000, actor=head)
    for _ in range(3):
        decided_file(actor=head)
    assert BudgetEntry.objects.count() == 3
    before = borne()

    fold_entries()
    fold_entries()

    assert borne() == before == (3 * AWARD, 0)
    assert BudgetEntry.objects.count() == 1


def test_an_entry_never_changes(head: User) -> None:
    decided_file(actor=head)
    with pytest.raises(DatabaseError), transaction.atomic():
        BudgetEntry.objects.update(committed=0)


def test_an_entry_that_no_payment_explains_is_told(head: User) -> None:
    decided_file(actor=head)
    assert told() == []

    BudgetEntry.objects.create(programme="installation", year=2026, committed=5, paid=0)

    [line] = map(plain, told())
    assert line == (
        "installation 2026 : 37 005 € engagés et 0 € payés dans les écritures, "
        "37 000 € engagés et 0 € payés dans les versements."
    )


def told() -> list[str]:
    found = check_everything(at=CLOSED_AT).found
    return found["Écritures des exercices et versements"]
