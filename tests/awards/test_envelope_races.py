"""Fifty heads and accountants at work on one envelope: real threads, never a euro too much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.awards.agenda import lock_case_files
from apps.awards.budget_ledger import fold_entries
from apps.awards.enums import InstalmentStatus
from apps.awards.envelopes import record_vote
from apps.awards.models import AgendaItem, Envelope, Instalment
from apps.awards.sessions import close_session
from apps.awards.votes import record_votes
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from tests.factories.awards import (
    CLOSED_AT,
    FOLLOW,
    decided_file,
    listed_item,
    planned_session,
    voted_envelope,
)
from tests.factories.casefiles import aided_commune, staff_member
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db(transaction=True)

# 37 000 € each: the envelope bears the paid one and two more.
CLOSINGS, PAYMENTS, FOLDS, FITS = 40, 9, 4, 2
NUMBER = "CP-2026-12-18/D07"


def closing(item: AgendaItem, head: User) -> Callable[[], Any]:
    return partial(
        close_session, session=item.session, actor=head, deliberation=NUMBER, at=CLOSED_AT
    )


def voted_item(head: User, **file: Any) -> AgendaItem:
    item = listed_item(session=planned_session(actor=head), actor=head, **file)
    record_votes(session=item.session, votes={item.pk: FOLLOW}, actor=head)
    return item


def pay(pk: int, number: int) -> None:
    """What the accountant's pages do to an instalment, whoever comes first."""
    with transaction.atomic():
        row = Instalment.objects.select_for_update(of=("self",)).get(pk=pk)
        for status in (
            *(InstalmentStatus.DUE, InstalmentStatus.VALIDATED),
            *(InstalmentStatus.EXPORTED, InstalmentStatus.PAID),
        ):
            row.status = status
            if status == InstalmentStatus.PAID:
                row.paid_on, row.treasury_number = date(2026, 12, 20), f"M-{number}"
            row.save(update_fields=["status", "paid_on", "treasury_number"])


def figures() -> Envelope:
    return Envelope.objects.with_figures().get()


def test_fifty_closings_payments_and_votes_never_overspend(head: User) -> None:
    voted_envelope(37_000 * (FITS + 1) + 36_999, actor=head)
    shared: dict[str, Any] = {"commune": aided_commune(), "caseworker": staff_member("caseworker")}
    paid = decided_file(actor=head, **shared).instalments.get()
    items = [voted_item(head, **shared) for _ in range(CLOSINGS)]

    outcomes = race(
        *(closing(item, head) for item in items),
        *(partial(pay, paid.pk, number) for number in range(PAYMENTS)),
        *(fold_entries for _ in range(FOLDS)),
        partial(
            record_vote,
            programme="installation",
            year=2026,
            amount=Decimal(-36_999),
            source="Décision modificative",
            reason="Moins de demandes.",
            actor=head,
        ),
    )

    closings, payments = outcomes[:CLOSINGS], outcomes[CLOSINGS : CLOSINGS + PAYMENTS]
    assert len(winners(closings)) == FITS
    refused = [outcome for outcome in closings if isinstance(outcome, Exception)]
    assert all(isinstance(outcome, MoveRefusedError) for outcome in refused)
    assert len(winners(payments)) == 1
    others = outcomes[CLOSINGS + PAYMENTS :]
    assert winners(others) == others
    envelope = figures()
    assert (envelope.voted, envelope.committed, envelope.paid) == (111_000, 111_000, 37_000)
    states = CaseFile.objects.filter(state=CaseFileState.GRANTED)
    assert states.count() == FITS + 1


def test_writers_who_check_nothing_are_stopped_by_the_database(head: User) -> None:
    """Each locks its file, as everybody does, but no envelope: ten at once, for five."""
    granted = [decided_file(actor=head) for _ in range(2)]
    for case_file in granted:
        case_file.instalments.all().delete()
    voted_envelope(5_000, actor=head)

    def write(rank: int) -> None:
        with transaction.atomic():
            (locked,) = lock_case_files([granted[rank % 2].pk])
            Instalment.objects.create(
                case_file=locked,
                rank=rank + 1,
                label="Écrit sans contrôle",
                amount=Decimal(1_000),
                budget_year=2026,
            )

    outcomes = race(*(partial(write, rank) for rank in range(10)))

    assert len(winners(outcomes)) == 5
    assert all(isinstance(o, IntegrityError) for o in outcomes if isinstance(o, Exception))
    assert figures().remaining == 0


def test_budget_recorded_while_a_session_closes_is_never_below_what_it_commits(head: User) -> None:
    """No envelope yet, so no row to lock: one of the two sees the other all the same."""
    item = voted_item(head)

    closed, recorded = race(closing(item, head), partial(voted_envelope, 36_999, actor=head))

    assert isinstance(closed, Exception) != isinstance(recorded, Exception)
    for envelope in Envelope.objects.with_figures():
        assert envelope.committed <= envelope.voted


def test_same_budget_recorded_twice_at_once_is_recorded_once(head: User) -> None:
    outcomes = race(*(partial(voted_envelope, 1_000, actor=head) for _ in range(2)))

    assert len(winners(outcomes)) == 1
    assert figures().voted == 1_000
