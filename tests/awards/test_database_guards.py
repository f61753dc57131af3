"""Sessions and agendas refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.accounts.models import User
from apps.awards.enums import ItemStatus, SessionStatus, Vote
from apps.awards.models import AgendaItem, Session
from apps.casefiles.enums import CaseFileState, Outcome
from tests.factories.awards import (
    CLOSED_AT,
    decided_file,
    listed_item,
    planned_session,
)
from tests.factories.casefiles import installation_file, stored_pdf

pytestmark = pytest.mark.django_db

CLOSED: dict[str, Any] = {
    "status": SessionStatus.CLOSED,
    "closed_at": CLOSED_AT,
    "deliberation": "D07",
}
EXAMINED: dict[str, Any] = {"status": ItemStatus.EXAMINED, "vote": Vote.FOLLOW, "annex_number": 1}
# Constraint: what each row that breaks it changes on a planned session…
SESSIONS: dict[str, list[dict[str, Any]]] = {
    "session_status_known": [],  # session_closed_is_complete is first
    "session_has_label": [{"label": ""}],
    "session_dated_or_says_why": [
        {"held_on": None},
        {"undated_reason": "La source ne le dit pas."},
    ],
    "session_closed_is_complete": [
        {"status": "maybe"},
        CLOSED,
        {"deliberation": "D07"},
        {"closed_at": CLOSED_AT},
        {**CLOSED, "closed_at": None},
    ],
    "session_held_before_closed": [],  # see test_session_is_closed_on_its_day_or_later
}
# …and on a proposal to grant that is on its agenda.
ITEMS: dict[str, list[dict[str, Any]]] = {
    "agenda_item_status_known": [{"status": "lost"}],
    "agenda_item_vote_known": [{"vote": "abstain"}],
    "agenda_item_outcome_known": [],  # the proposal is fixed: see the triggers below
    "agenda_item_one_listed_per_file": [],  # see test_file_is_on_one_agenda
    "agenda_item_position_unique": [],  # see test_positions_are_unique_once_settled
    "agenda_item_annex_unique": [],  # see test_annex_numbers_are_unique
    "agenda_item_proposal_is_complete": [],  # see test_proposal_has_an_amount_or_none
    "agenda_item_reason_only_for_refusal": [
        {"reason": "Trop tard."},
        {"vote": Vote.FOLLOW, "reason": "Trop tard."},
    ],
    "agenda_item_refusal_has_reason": [{"vote": Vote.REFUSE}],
    "agenda_item_adjournment_has_comment": [{"vote": Vote.ADJOURN}],
    "agenda_item_examined_is_complete": [
        {"status": ItemStatus.EXAMINED},
        {**EXAMINED, "vote": ""},
        {**EXAMINED, "annex_number": None},
        {"annex_number": 1},
    ],
}


def cases(table: dict[str, list[dict[str, Any]]]) -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


@pytest.fixture
def session(head: User) -> Session:
    return planned_session(actor=head)


@pytest.fixture
def item(session: Session, head: User) -> AgendaItem:
    return listed_item(session=session, actor=head)


def copy(item: AgendaItem, **values: Any) -> AgendaItem:
    again = AgendaItem.objects.get(pk=item.pk)
    again.pk = None
    for name, value in values.items():
        setattr(again, name, value)
    return AgendaItem.objects.bulk_create([again])[0]


GUARDS = SESSIONS.keys() | ITEMS.keys()


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    """Each module beside this one, `test_<rows>_guards.py`, names its constraints in GUARDS."""
    declared = {
        constraint.name
        for model in apps.get_app_config("awards").get_models()
        for constraint in model._meta.constraints
    }
    modules = [
        import_module(f"tests.awards.{path.stem}")
        for path in Path(__file__).parent.glob("test_*_guards.py")
    ]
    assert set().union(*(module.GUARDS for module in modules)) == declared


@pytest.mark.parametrize(("name", "values"), cases(SESSIONS))
def test_session_that_breaks_the_constraint_is_refused(
    session: Session, name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        Session.objects.filter(pk=session.pk).update(**values)


@pytest.mark.parametrize(("name", "values"), cases(ITEMS))
def test_agenda_line_that_breaks_the_constraint_is_refused(
    item: AgendaItem, name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        AgendaItem.objects.filter(pk=item.pk).update(**values)


def test_session_is_closed_on_its_day_or_later(session: Session, head: User) -> None:
    closed = {**CLOSED, "closed_by": head, "report": stored_pdf(head)}

    with pytest.raises(IntegrityError, match='"session_held_before_closed"'), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(
            **{**closed, "closed_at": CLOSED_AT - timedelta(days=1)}
        )
    assert Session.objects.filter(pk=session.pk).update(**closed) == 1


def test_closed_session_never_changes(head: User) -> None:
    case_file = decided_file(actor=head)
    session = Session.objects.get(items__case_file=case_file)

    for attempt in ({"label": "Autre"}, {"status": SessionStatus.PLANNED}, {"deliberation": "X"}):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            Session.objects.filter(pk=session.pk).update(**attempt)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Session.objects.filter(pk=session.pk)._raw_delete(using="default")


def test_closed_session_takes_no_more_file(head: User) -> None:
    examined = AgendaItem.objects.get(case_file=decided_file(actor=head))
    other = installation_file(until=CaseFileState.PROPOSED)

    with pytest.raises(DatabaseError, match="is closed"):
        copy(
            examined,
            case_file=other,
            decision=other.decision,
            position=9,
            status=ItemStatus.LISTED,
            vote="",
            annex_number=None,
        )


def test_examined_line_never_changes(head: User) -> None:
    examined = AgendaItem.objects.get(case_file=decided_file(actor=head))

    for attempt in ({"vote": ""}, {"status": ItemStatus.LISTED}, {"annex_number": 2}):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            AgendaItem.objects.filter(pk=examined.pk).update(**attempt)


def test_removed_line_never_changes(item: AgendaItem) -> None:
    AgendaItem.objects.filter(pk=item.pk).update(status=ItemStatus.REMOVED)

    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        AgendaItem.objects.filter(pk=item.pk).update(status=ItemStatus.LISTED)


@pytest.mark.parametrize(
    "values",
    [
        {"proposed_amount": Decimal(1)},
        {"proposed_outcome": Outcome.REJECT},
        {"added_at": CLOSED_AT},
    ],
    ids=lambda values: next(iter(values)),
)
def test_what_the_commission_examines_is_fixed(item: AgendaItem, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        AgendaItem.objects.filter(pk=item.pk).update(**values)


def test_file_is_on_one_agenda(item: AgendaItem, head: User) -> None:
    with pytest.raises(IntegrityError, match='"agenda_item_one_listed_per_file"'):
        copy(item, session=planned_session(actor=head))


def test_positions_are_unique_once_settled(item: AgendaItem) -> None:
    """Two lines may share a position inside a transaction, while they change places."""
    other = installation_file(until=CaseFileState.PROPOSED)
    copy(item, case_file=other, decision=other.decision)

    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match='"agenda_item_position_unique"'),
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_annex_numbers_are_unique(item: AgendaItem, session: Session, head: User) -> None:
    other = listed_item(session=session, actor=head)
    AgendaItem.objects.filter(pk=item.pk).update(**EXAMINED)

    with pytest.raises(IntegrityError, match='"agenda_item_annex_unique"'):
        AgendaItem.objects.filter(pk=other.pk).update(**EXAMINED)


@pytest.mark.parametrize(
    ("outcome", "amount"),
    [("grant", None), ("grant", 0), ("grant", -1), ("reject", 1000), ("maybe", None)],
)
def test_proposal_has_an_amount_or_none(item: AgendaItem, outcome: str, amount: int | None) -> None:
    other = installation_file(until=CaseFileState.PROPOSED)

    with pytest.raises(IntegrityError, match=r'"agenda_item_(proposal_is_complete|outcome_known)"'):
        copy(
            item,
            case_file=other,
            decision=other.decision,
            position=9,
            proposed_outcome=outcome,
            proposed_amount=amount,
        )


def test_session_with_a_story_cannot_be_deleted(item: AgendaItem) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="violates foreign key constraint"),
    ):
        cursor.execute(
            f"DELETE FROM awards_session WHERE id = {item.session_id}; "  # noqa: S608 - our key
            "SET CONSTRAINTS ALL IMMEDIATE"
        )
