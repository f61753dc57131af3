"""Amendments, renewals, their rounds and diplomas refuse what makes no sense, whoever writes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import RenewalStatus, StudySituation
from apps.awards.models import Amendment, Graduation, Renewal, RenewalRound
from apps.casefiles.enums import DecisionRoute, Outcome
from tests.factories.awards import CLOSED_AT, decided_file
from tests.factories.casefiles import staff_member, stored_pdf

pytestmark = pytest.mark.django_db

Rows = dict[str, list[dict[str, Any]]]

DAY = date(2027, 9, 1)
LATER: datetime = CLOSED_AT + timedelta(days=300)
PROPOSED: dict[str, Any] = {
    "outcome": Outcome.GRANT,
    "proposed_amount": Decimal(2000),
    "proposed_by": F("sent_by"),
    "proposed_at": LATER,
}
# Constraint: what each row that breaks it changes on an amendment…
AMENDMENTS: Rows = {
    "amendment_rank_unique": [],  # see test_amendment_rank_is_used_once
    "amendment_amount_positive": [{"amount": Decimal(0)}],
    "amendment_has_label": [{"label": ""}],
    "amendment_needs_two_persons": [{"proposed_by": "decided_by"}],
    "amendment_route_known": [{"route": "lottery"}],
    "amendment_route_is_complete": [{"deliberation": ""}],
    "amendment_dates_ordered": [
        {"decided_on": date(2028, 1, 1)},
        {"proposed_at": LATER + timedelta(days=1)},
    ],
}
# …on the round of a programme…
ROUNDS: Rows = {
    "renewal_round_once_a_year": [],  # see test_round_is_opened_once_a_year
    "renewal_round_days_ordered": [{"due_on": date(2027, 6, 30)}],
    "renewal_round_year_is_a_year": [{"school_year": 27}],
}
# …on a renewal that the beneficiary sent back…
RENEWALS: Rows = {
    "renewal_once_a_year": [],  # see test_renewal_is_opened_once_a_year
    "renewal_status_known": [],  # the trigger of moves comes first
    "renewal_situation_known": [{"situation": "elsewhere"}],
    "renewal_outcome_known": [{"outcome": "maybe"}],
    "renewal_sent_is_complete": [{"certificate": None}, {"sent_at": None}, {"situation": ""}],
    "renewal_graduate_says_when": [{"situation": StudySituation.GRADUATED}],
    "renewal_proposal_is_complete": [
        {"status": RenewalStatus.PROPOSED},
        {**PROPOSED, "status": RenewalStatus.PROPOSED, "proposed_amount": None},
        {**PROPOSED, "status": RenewalStatus.PROPOSED, "proposed_amount": Decimal(0)},
        {
            **PROPOSED,
            "status": RenewalStatus.PROPOSED,
            "outcome": Outcome.REJECT,
            "proposed_amount": None,
        },
    ],
    "renewal_decision_is_complete": [
        {"decided_at": LATER},
        {"decided_on": DAY},
        {"deliberation": "CP-2027/01"},
    ],
    "renewal_needs_two_persons": [{"proposed_by": F("sent_by"), "decided_by": F("sent_by")}],
    "renewal_granted_has_amendment": [],  # see test_granted_renewal_needs_its_amendment
}
# …and on a diploma.
GRADUATIONS: Rows = {"graduation_before_its_record": [{"graduated_on": date(2100, 1, 1)}]}
GUARDS = AMENDMENTS.keys() | ROUNDS.keys() | RENEWALS.keys() | GRADUATIONS.keys()


def cases(table: Rows) -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


@pytest.fixture(scope="module", autouse=True)
def sent_back(module_transaction: None) -> Renewal:
    """Sent back, with its certificate."""
    head, caseworker = staff_member(Role.HEAD), staff_member(Role.CASEWORKER)
    case_file = decided_file(actor=head)
    return Renewal.objects.create(
        case_file=case_file,
        school_year=2027,
        status=RenewalStatus.SENT,
        opened_at=CLOSED_AT,
        due_on=DAY,
        situation=StudySituation.CONTINUES,
        certificate=stored_pdf(head),
        sent_by=caseworker,
        sent_at=LATER,
    )


@pytest.fixture
def renewal(sent_back: Renewal, db: None) -> Renewal:
    return Renewal.objects.get(pk=sent_back.pk)


def amendment(renewal: Renewal, head: User, **values: Any) -> Amendment:
    row: dict[str, Any] = {
        "case_file": renewal.case_file,
        "rank": 1,
        "label": "Année 2027-2028",
        "amount": Decimal(2000),
        "budget_year": 2027,
        "proposed_by": renewal.sent_by,
        "proposed_at": LATER,
        "route": DecisionRoute.COMMISSION,
        "decided_by": head,
        "decided_on": LATER.date(),
        "decided_at": LATER,
        "deliberation": "CP-2027/01",
    }
    row |= values
    if row["proposed_by"] == "decided_by":
        row["proposed_by"] = head
    return Amendment.objects.create(**row)


@pytest.mark.parametrize(("name", "values"), cases(AMENDMENTS))
def test_amendment_that_breaks_the_constraint_is_refused(
    renewal: Renewal, head: User, name: str, values: dict[str, Any]
) -> None:
    # A route nobody knows has no deliberation of its own either.
    with pytest.raises(IntegrityError, match=f'"{name}"|"amendment_route_is_complete"'):
        amendment(renewal, head, **values)


def test_amendment_rank_is_used_once(renewal: Renewal, head: User) -> None:
    amendment(renewal, head)

    with pytest.raises(IntegrityError, match='"amendment_rank_unique"'):
        amendment(renewal, head)


def test_amendment_never_changes(renewal: Renewal, head: User) -> None:
    amendment(renewal, head)

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Amendment.objects.update(amount=Decimal(1))
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Amendment.objects.all()._raw_delete(using="default")


@pytest.mark.parametrize(("name", "values"), cases(ROUNDS))
def test_round_that_breaks_the_constraint_is_refused(name: str, values: dict[str, Any]) -> None:
    row = {"school_year": 2027, "opens_on": date(2027, 7, 1), "due_on": None} | values
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        RenewalRound.objects.create(programme="installation", **row)


def test_round_is_opened_once_a_year() -> None:
    row: dict[str, Any] = {"programme": "installation", "school_year": 2027, "opens_on": DAY}
    RenewalRound.objects.create(**row)

    with pytest.raises(IntegrityError, match='"renewal_round_once_a_year"'):
        RenewalRound.objects.create(**row)


@pytest.mark.parametrize(("name", "values"), cases(RENEWALS))
def test_renewal_that_breaks_the_constraint_is_refused(
    renewal: Renewal, name: str, values: dict[str, Any]
) -> None:
    # Who decides without a decision breaks two rules at once.
    either = f'"{name}"|"renewal_decision_is_complete"'
    with pytest.raises(IntegrityError, match=either):
        Renewal.objects.update(**values)


def test_renewal_is_opened_once_a_year(renewal: Renewal) -> None:
    with pytest.raises(IntegrityError, match='"renewal_once_a_year"'):
        Renewal.objects.create(
            case_file=renewal.case_file, school_year=2027, opened_at=CLOSED_AT + timedelta(days=1)
        )


def propose(renewal: Renewal) -> None:
    Renewal.objects.update(**PROPOSED, status=RenewalStatus.PROPOSED)


def test_granted_renewal_needs_its_amendment(renewal: Renewal, head: User) -> None:
    propose(renewal)

    with pytest.raises(IntegrityError, match='"renewal_granted_has_amendment"'):
        Renewal.objects.update(
            status=RenewalStatus.GRANTED, decided_by=head, decided_on=DAY, decided_at=LATER
        )


def test_decision_of_the_future_is_refused(renewal: Renewal, head: User) -> None:
    propose(renewal)

    with pytest.raises(IntegrityError, match='"renewal_decision_is_complete"'):
        Renewal.objects.update(
            status=RenewalStatus.GRANTED,
            amendment=amendment(renewal, head),
            decided_by=head,
            decided_on=LATER.date() + timedelta(days=2),
            decided_at=LATER,
        )


def test_decided_renewal_never_changes(renewal: Renewal, head: User) -> None:
    propose(renewal)
    Renewal.objects.update(
        status=RenewalStatus.GRANTED,
        decided_by=head,
        decided_on=LATER.date(),
        decided_at=LATER,
        amendment=amendment(renewal, head),
    )

    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        Renewal.objects.update(reason="Autre")


@pytest.mark.parametrize(
    "status",
    [RenewalStatus.GRANTED, RenewalStatus.REFUSED, "lost"],
)
def test_status_moves_in_order(renewal: Renewal, status: str) -> None:
    with pytest.raises(DatabaseError, match="Invalid transition"):
        Renewal.objects.update(status=status)


def test_renewal_stays_with_its_file_and_year(renewal: Renewal) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        Renewal.objects.update(school_year=2028)


def test_diploma_of_the_future_is_refused(renewal: Renewal, head: User) -> None:
    with pytest.raises(IntegrityError, match='"graduation_before_its_record"'):
        Graduation.objects.create(
            case_file=renewal.case_file,
            graduated_on=GRADUATIONS["graduation_before_its_record"][0]["graduated_on"],
            recorded_by=head,
            recorded_at=LATER,
        )
