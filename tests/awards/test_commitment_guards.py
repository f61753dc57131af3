"""Commitments, pauses, proofs, promises and clawbacks refuse what makes no sense, whoever
writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import (
    ClawbackCause,
    ClawbackStatus,
    CommitmentStatus,
    PauseKind,
    PromiseStatus,
    ProofStatus,
)
from apps.awards.models import (
    AwardTerms,
    Clawback,
    Commitment,
    CommitmentPause,
    CommitmentProof,
    CommitmentTransfer,
    Promise,
)
from tests.factories.awards import decided_file
from tests.factories.casefiles import staff_member, stored_pdf
from tests.factories.territory import CommuneFactory

pytestmark = pytest.mark.django_db

Rows = dict[str, list[dict[str, Any]]]

START = date(2027, 1, 4)
AT = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
# Constraint: what each row that breaks it changes on a commitment that runs…
COMMITMENTS: Rows = {
    "commitment_status_known": [],  # the trigger of moves comes first
    "commitment_zoning_known": [],  # frozen: see test_length_and_zone_are_frozen
    "commitment_zone_class_known": [],
    "commitment_zone_has_its_zoning": [],  # see test_zone_goes_with_its_zoning
    "commitment_dates_match_status": [
        {"started_on": None},
        {"ended_on": START},
        {"status": CommitmentStatus.FULFILLED},
        {"status": CommitmentStatus.BREACHED},
    ],
    "commitment_dates_ordered": [
        {"status": CommitmentStatus.FULFILLED, "ended_on": date(2027, 1, 3)}
    ],
    "commitment_months_positive": [{"proof_every_months": 0}],
}
# …on its pause…
PAUSES: Rows = {
    "commitment_pause_no_overlap": [],  # see test_pauses_never_overlap
    "commitment_pause_has_a_first_day": [],  # the trigger refuses it first
    "commitment_pause_kind_known": [{"kind": "holidays"}],
}
TRANSFERS: Rows = {"commitment_transfer_changes_commune": []}  # append-only: see below
# …on a proof that is awaited…
PROOFS: Rows = {
    "commitment_proof_asked_once": [],  # see test_proof_of_a_day_is_asked_once
    "commitment_proof_status_known": [],
    "commitment_proof_given_is_complete": [{"status": ProofStatus.GIVEN}, {"given_at": AT}],
    "commitment_proof_accepted_by_someone": [],  # see test_accepted_proof_names_who_checked_it
}
# …on a promise that is to be kept…
PROMISES: Rows = {
    "promise_made_once": [],  # see test_promise_is_made_once
    "promise_status_known": [],
    "promise_is_complete": [{"label": ""}, {"source": ""}],
    "promise_proof_is_complete": [{"status": PromiseStatus.GIVEN}],
    "promise_settled_by_someone": [{"status": PromiseStatus.BROKEN}],
}
# …and on a clawback that was issued.
CLAWBACKS: Rows = {
    "clawback_one_breach": [],  # see test_breach_is_reckoned_once
    "clawback_number_unique": [],
    "clawback_paid_once": [],
    "clawback_cause_known": [],  # frozen: see test_clawback_that_makes_no_sense_is_refused
    "clawback_status_known": [],
    "clawback_names_its_promise": [],
    "clawback_between_nothing_and_paid": [],
    "clawback_has_its_order": [],
    "clawback_is_explained": [],
    "clawback_closed_is_complete": [
        {"status": ClawbackStatus.PAID},
        {"status": ClawbackStatus.WAIVED},
        {"treasury_number": "R-1"},
    ],
    "clawback_closed_by_someone": [
        {"status": ClawbackStatus.PAID, "paid_on": START, "treasury_number": "R-1"},
        {"status": ClawbackStatus.WAIVED, "waiver_reason": "Décès."},
    ],
}
GUARDS = (
    *(COMMITMENTS | PAUSES | TRANSFERS | PROOFS),
    *(PROMISES | CLAWBACKS),
)


def cases(model: type[models.Model], table: Rows) -> list[Any]:
    return [
        pytest.param(model, name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


@pytest.fixture(scope="module", autouse=True)
def running(module_transaction: None) -> Commitment:
    """It runs for 60 months from 4 January 2027, with a promise."""
    AwardTerms.objects.create(
        programme="installation",
        valid_during=(date(2020, 1, 1), None),
        commitment_months=60,
        source="Texte fictif",
    )
    found = Commitment.objects.get(case_file=decided_file(actor=staff_member(Role.HEAD)))
    found.status, found.started_on = CommitmentStatus.RUNNING, START
    found.save(update_fields=["status", "started_on"])
    return found


@pytest.fixture
def commitment(running: Commitment, db: None) -> Commitment:
    return Commitment.objects.get(pk=running.pk)


@pytest.fixture
def pause(commitment: Commitment, head: User) -> CommitmentPause:
    return pause_of(commitment, head, date(2027, 6, 1), date(2027, 7, 1))


@pytest.fixture
def proof(commitment: Commitment) -> CommitmentProof:
    return CommitmentProof.objects.create(commitment=commitment, due_on=date(2028, 1, 4))


@pytest.fixture
def clawback(commitment: Commitment, head: User) -> Clawback:
    return clawback_of(commitment, head)


def pause_of(
    commitment: Commitment, by: User, first: date | None, after: date | None
) -> CommitmentPause:
    return CommitmentPause.objects.create(
        commitment=commitment,
        days=(first, after),
        kind=PauseKind.OTHER,
        recorded_by=by,
        recorded_at=AT,
    )


def clawback_of(commitment: Commitment, by: User, **values: Any) -> Clawback:
    usual: dict[str, Any] = {
        "case_file": commitment.case_file,
        "cause": ClawbackCause.BREACH,
        "number": "REV-2027-00001-0",
        "amount": Decimal(100),
        "paid": Decimal(200),
        "breakdown": {},
        "explanation": "200 € × 1 ÷ 2",
        "reason": "Départ.",
        "issued_by": by,
        "issued_at": AT,
        "order": stored_pdf(by),
        "status": ClawbackStatus.ISSUED,
    }
    return Clawback.objects.create(**(usual | values))


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        *cases(Commitment, COMMITMENTS),
        *cases(CommitmentPause, PAUSES),
        *cases(CommitmentProof, PROOFS),
        *cases(Promise, PROMISES),
        *cases(Clawback, CLAWBACKS),
    ],
)
@pytest.mark.usefixtures("pause", "proof", "clawback")
def test_row_that_breaks_the_constraint_is_refused(
    model: type[models.Model], name: str, values: dict[str, Any]
) -> None:
    # What is closed without its number is closed by nobody either: one of the two speaks first.
    with pytest.raises(IntegrityError, match=f'"{name}"|"clawback_closed_by_someone"'):
        model._default_manager.update(**values)


@pytest.mark.parametrize("model", [Commitment, CommitmentProof, Promise, Clawback])
def test_status_moves_in_order(
    proof: CommitmentProof, clawback: Clawback, model: type[models.Model]
) -> None:
    with pytest.raises(DatabaseError, match="Invalid transition"):
        model._default_manager.update(status="lost")


@pytest.mark.parametrize(
    "values",
    [{"months": 12}, {"months": None}, {"zone_class": ""}, {"zoning": "medecin"}],
    ids=lambda values: next(iter(values)),
)
def test_length_and_zone_are_frozen(commitment: Commitment, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        Commitment.objects.update(**values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"zoning": "", "zone_class": "intermediaire"}, "commitment_zone_has_its_zoning"),
        ({"zoning": "astrologue"}, "commitment_zoning_known"),
        ({"zoning": "medecin", "zone_class": "lunaire"}, "commitment_zone_class_known"),
        ({"months": 0}, "commitment_months_positive"),
        ({"status": "lost"}, "commitment_status_known"),
    ],
)
def test_zone_goes_with_its_zoning(head: User, values: dict[str, Any], name: str) -> None:
    case_file = decided_file(actor=head, supervisor="non")
    # A status nobody knows fits no dates either: either of the two may speak first.
    with pytest.raises(IntegrityError, match=f'"{name}"|"commitment_dates_match_status"'):
        Commitment.objects.create(case_file=case_file, **values)


def test_pauses_never_overlap(pause: CommitmentPause, head: User) -> None:
    with pytest.raises(IntegrityError, match='"commitment_pause_no_overlap"'):
        pause_of(pause.commitment, head, date(2027, 6, 30), date(2027, 9, 1))


def test_pauses_may_follow_each_other(pause: CommitmentPause, head: User) -> None:
    pause_of(pause.commitment, head, date(2027, 7, 1), None)

    assert pause.commitment.pauses.count() == 2


@pytest.mark.parametrize("first", [date(2027, 1, 3), None], ids=["before-it-begins", "endless"])
def test_pause_lies_inside_a_commitment_that_has_begun(
    commitment: Commitment, head: User, first: date | None
) -> None:
    with pytest.raises(DatabaseError, match="A pause lies inside"):
        pause_of(commitment, head, first, date(2027, 2, 1))


def test_empty_pause_is_refused(commitment: Commitment, head: User) -> None:
    with pytest.raises(DatabaseError):
        pause_of(commitment, head, START, START)


def test_transfer_goes_elsewhere_and_stays_written(commitment: Commitment, head: User) -> None:
    values = {"commitment": commitment, "since": START, "recorded_by": head, "recorded_at": AT}
    here, there = commitment.commune, CommuneFactory()
    CommitmentTransfer.objects.create(from_commune=here, to_commune=there, **values)

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        CommitmentTransfer.objects.update(since=date(2027, 2, 1))
    with pytest.raises(IntegrityError, match='"commitment_transfer_changes_commune"'):
        CommitmentTransfer.objects.create(from_commune=there, to_commune=there, **values)


def test_proof_of_a_day_is_asked_once(proof: CommitmentProof) -> None:
    with pytest.raises(IntegrityError, match='"commitment_proof_asked_once"'):
        CommitmentProof.objects.create(commitment=proof.commitment, due_on=proof.due_on)


def test_accepted_proof_names_who_checked_it(proof: CommitmentProof, head: User) -> None:
    CommitmentProof.objects.update(
        status=ProofStatus.GIVEN, file=stored_pdf(head), given_by=head, given_at=AT
    )
    with pytest.raises(IntegrityError, match='"commitment_proof_accepted_by_someone"'):
        CommitmentProof.objects.update(status=ProofStatus.ACCEPTED)


def test_promise_is_made_once(commitment: Commitment) -> None:
    promise = Promise.objects.get(commitment=commitment)
    promise.pk = None
    with pytest.raises(IntegrityError, match='"promise_made_once"'):
        Promise.objects.bulk_create([promise])


@pytest.mark.parametrize("values", [{"amount": Decimal(1)}, {"keep_within_years": 9}])
def test_what_hangs_on_a_promise_is_frozen(commitment: Commitment, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        Promise.objects.update(**values)


def test_breach_is_reckoned_once(clawback: Clawback, head: User) -> None:
    with pytest.raises(IntegrityError, match='"clawback_one_breach"'):
        clawback_of(clawback.case_file.commitment, head, number="REV-2027-00002-9")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"cause": ClawbackCause.PROMISE}, "clawback_names_its_promise"),
        ({"cause": "spite"}, "clawback_cause_known|clawback_names_its_promise"),
        ({"amount": Decimal(201)}, "clawback_between_nothing_and_paid"),
        ({"amount": Decimal(-1)}, "clawback_between_nothing_and_paid"),
        ({"status": ClawbackStatus.NOTHING}, "clawback_has_its_order"),
        ({"order": None}, "clawback_has_its_order"),
        ({"number": ""}, "clawback_has_its_order"),
        ({"reason": ""}, "clawback_is_explained"),
        ({"explanation": ""}, "clawback_is_explained"),
        ({"status": "lost"}, "clawback_status_known|clawback_closed_is_complete"),
    ],
)
def test_clawback_that_makes_no_sense_is_refused(
    commitment: Commitment, head: User, values: dict[str, Any], name: str
) -> None:
    with pytest.raises(IntegrityError, match=name):
        clawback_of(commitment, head, **values)


def test_clawback_is_never_deleted_nor_reckoned_anew(clawback: Clawback) -> None:
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Clawback.objects.all()._raw_delete(using="default")
    with pytest.raises(DatabaseError, match="Cannot update"):
        Clawback.objects.update(amount=Decimal(50))


def promise_clawback(clawback: Clawback, head: User, **values: Any) -> Clawback:
    """Another one on the same file, about its promise."""
    commitment = clawback.case_file.commitment
    promise = Promise.objects.get(commitment=commitment)
    return clawback_of(commitment, head, cause=ClawbackCause.PROMISE, promise=promise, **values)


def test_clawback_number_is_used_once(clawback: Clawback, head: User) -> None:
    with pytest.raises(IntegrityError, match='"clawback_number_unique"'):
        promise_clawback(clawback, head)


def test_repayment_number_is_used_once(clawback: Clawback, head: User) -> None:
    promise_clawback(clawback, head, number="REV-2027-00002-9")
    closed = {"paid_on": START, "closed_by": head, "closed_at": AT, "treasury_number": "R-1"}
    with pytest.raises(IntegrityError, match='"clawback_paid_once"'):
        Clawback.objects.update(status=ClawbackStatus.PAID, **closed)
