from __future__ import annotations

from datetime import date

import pytest

from apps.accounts.models import User
from apps.awards.models import AgendaItem, Session
from apps.awards.sessions import SessionClosedError, change_session, close_session, plan_session
from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, perform
from tests.factories.awards import (
    CLOSED_AT,
    FOLLOW,
    HELD_ON,
    LISTED_AT,
    listed_item,
    planned_session,
)
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(head: User) -> Session:
    return planned_session(actor=head)


def close(session: Session, item: AgendaItem, actor: User, deliberation: str = "D07") -> None:
    close_session(
        session=session,
        actor=actor,
        deliberation=deliberation,
        votes={item.pk: FOLLOW},
        at=CLOSED_AT,
    )


def test_close_undated_session_leaves_the_day_of_the_decision_unknown(head: User) -> None:
    undated = plan_session(
        label="Commissions de 2023 antérieures au 29 septembre",
        held_on=None,
        undated_reason="Le plan ne donne pas la date.",
        actor=head,
    )
    item = listed_item(session=undated, actor=head)

    close(undated, item, head, deliberation="Plan Priorité Santé, 2023")

    decision = CaseFile.objects.get(pk=item.case_file_id).decision
    assert decision is not None
    assert decision.decided_on is None
    undated.refresh_from_db()
    assert undated.day_label == "date inconnue"


def test_change_session_day_tells_each_listed_file(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)

    change_session(
        session=session,
        label=session.label,
        held_on=date(2027, 1, 15),
        place=session.place,
        actor=head,
        at=LISTED_AT,
    )

    told = item.case_file.events.get(kind=EventKind.HEARING_MOVED)
    assert told.label == "Commission déplacée au 15\u00a0janvier\u00a02027"
    assert told.payload["held_on"] == "2027-01-15"
    assert told.is_public


def test_change_closed_session_is_refused(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)
    close(session, item, head)

    with pytest.raises(SessionClosedError):
        change_session(session=session, label="Autre", held_on=HELD_ON, actor=head)


def test_plan_session_by_a_caseworker_is_refused(caseworker: User) -> None:
    with pytest.raises(MoveRefusedError, match="Responsable du guichet"):
        plan_session(label="Commission", held_on=HELD_ON, actor=caseworker)


def test_grant_outside_a_closing_says_where_the_vote_is_recorded(
    session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)

    with pytest.raises(MoveRefusedError) as refusal:
        perform(item.case_file, "grant", actor=head)

    (reason,) = refusal.value.reasons
    assert reason == (
        "Le vote s’enregistre en clôturant « Commission permanente de décembre » "
        "(18\u00a0décembre\u00a02026)."
    )


def test_schedule_without_an_agenda_asks_for_one(head: User) -> None:
    case_file = installation_file(until=CaseFileState.PROPOSED)

    with pytest.raises(MoveRefusedError, match="Choisissez d’abord une commission à venir"):
        perform(case_file, "schedule", actor=head)
