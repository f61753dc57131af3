"""Several heads at work on the same sitting: real threads, exactly one effect."""

from __future__ import annotations

from functools import partial

import pytest

from apps.accounts.models import User
from apps.awards.agenda import add_to_agenda, move_item
from apps.awards.enums import ItemStatus, SessionStatus
from apps.awards.models import AgendaItem
from apps.awards.sessions import SessionClosedError, close_session
from apps.awards.votes import StaleAgendaError, fingerprint, record_votes
from apps.casefiles.enums import CaseFileState, LetterKind
from apps.casefiles.models import CaseFile, CaseFileEvent, Letter
from apps.casefiles.proposals import withdraw_proposal
from apps.casefiles.transitions import MoveRefusedError, perform
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import (
    CLOSED_AT,
    FOLLOW,
    LISTED_AT,
    listed_item,
    planned_session,
)
from tests.factories.casefiles import installation_file
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "CP-2026-12-18/D07"


def test_session_closed_by_two_heads_is_closed_once(head: User, other_head: User) -> None:
    session = planned_session(actor=head)
    items = [listed_item(session=session, actor=head) for _ in range(2)]
    record_votes(session=session, votes={item.pk: FOLLOW for item in items}, actor=head)
    OutgoingEmail.objects.all().delete()

    outcomes = race(
        *(
            partial(
                close_session,
                session=session,
                actor=actor,
                deliberation=NUMBER,
                at=CLOSED_AT,
            )
            for actor in (head, other_head)
        )
    )

    (tally,) = winners(outcomes)
    assert tally.granted == 2
    assert sum(isinstance(outcome, SessionClosedError) for outcome in outcomes) == 1
    session.refresh_from_db()
    assert session.status == SessionStatus.CLOSED
    assert CaseFileEvent.objects.filter(transition="grant").count() == 2
    assert Letter.objects.filter(kind=LetterKind.DECISION).count() == 2
    kinds = [email.kind for email in OutgoingEmail.objects.all()]
    assert kinds == ["casefile-decision", "casefile-decision"]
    deciders = {file.decision.decided_by_id for file in CaseFile.objects.all() if file.decision}
    assert deciders == {session.closed_by_id}


def test_file_sent_back_while_the_session_closes_is_decided_or_sent_back(
    head: User, other_head: User
) -> None:
    """Whoever locks the file first wins; the other is told, and nothing is half done."""
    session = planned_session(actor=head)
    kept = listed_item(session=session, actor=head)
    returned = listed_item(session=session, actor=head)
    votes = {item.pk: FOLLOW for item in (kept, returned)}
    record_votes(session=session, votes=votes, actor=head)
    shown = fingerprint(session.items.listed())

    closing, sending_back = race(
        partial(
            close_session,
            session=session,
            actor=head,
            deliberation=NUMBER,
            expected=shown,
            at=CLOSED_AT,
        ),
        partial(
            withdraw_proposal,
            case_file=returned.case_file,
            actor=other_head,
            comment="Bail à revoir.",
        ),
    )

    session.refresh_from_db()
    states = [CaseFile.objects.get(pk=item.case_file_id).state for item in (kept, returned)]
    statuses = [AgendaItem.objects.get(pk=item.pk).status for item in (kept, returned)]
    if isinstance(closing, StaleAgendaError):
        assert not isinstance(sending_back, Exception)
        assert session.status == SessionStatus.PLANNED
        assert states == [CaseFileState.SCHEDULED, CaseFileState.UNDER_REVIEW]
        assert statuses == [ItemStatus.LISTED, ItemStatus.REMOVED]
    else:
        assert isinstance(sending_back, MoveRefusedError)
        assert session.status == SessionStatus.CLOSED
        assert states == [CaseFileState.GRANTED, CaseFileState.GRANTED]
        assert statuses == [ItemStatus.EXAMINED, ItemStatus.EXAMINED]


def test_applicant_withdraws_while_the_session_closes_one_of_both_holds(head: User) -> None:
    session = planned_session(actor=head)
    item = listed_item(session=session, actor=head)
    other = listed_item(session=session, actor=head)
    record_votes(session=session, votes={item.pk: FOLLOW, other.pk: FOLLOW}, actor=head)
    assert item.case_file.applicant is not None

    closing, withdrawal = race(
        partial(close_session, session=session, actor=head, deliberation=NUMBER, at=CLOSED_AT),
        partial(perform, item.case_file, "withdraw", actor=item.case_file.applicant),
    )

    state = CaseFile.objects.get(pk=item.case_file_id).state
    assert closing.granted == (1 if state == CaseFileState.WITHDRAWN else 2)
    assert isinstance(withdrawal, MoveRefusedError) == (state == CaseFileState.GRANTED)


def test_file_put_on_two_agendas_at_once_is_on_one(head: User, other_head: User) -> None:
    case_file = installation_file(until=CaseFileState.PROPOSED)
    sessions = [planned_session(actor=head) for _ in range(2)]

    outcomes = race(
        *(
            partial(
                add_to_agenda,
                session=session,
                case_files=[case_file],
                actor=actor,
                at=LISTED_AT,
            )
            for session, actor in zip(sessions, (head, other_head), strict=True)
        )
    )

    assert len(winners(outcomes)) == 1
    assert AgendaItem.objects.listed().count() == 1
    assert CaseFileEvent.objects.filter(transition="schedule").count() == 1


def test_two_heads_add_crossed_batches_without_blocking_each_other(
    head: User, other_head: User
) -> None:
    session = planned_session(actor=head)
    files = [installation_file(until=CaseFileState.PROPOSED) for _ in range(4)]

    outcomes = race(
        partial(add_to_agenda, session=session, case_files=files[:2], actor=head, at=LISTED_AT),
        partial(
            add_to_agenda,
            session=session,
            case_files=files[3:1:-1],
            actor=other_head,
            at=LISTED_AT,
        ),
    )

    assert len(winners(outcomes)) == 2
    positions = session.items.order_by("position").values_list("position", flat=True)
    assert list(positions) == [1, 2, 3, 4]


def test_file_added_while_the_session_closes_is_examined_or_refused(
    head: User, other_head: User
) -> None:
    session = planned_session(actor=head)
    item = listed_item(session=session, actor=head)
    record_votes(session=session, votes={item.pk: FOLLOW}, actor=head)
    late = installation_file(until=CaseFileState.PROPOSED)

    closing, adding = race(
        partial(close_session, session=session, actor=head, deliberation=NUMBER, at=CLOSED_AT),
        partial(add_to_agenda, session=session, case_files=[late], actor=other_head, at=LISTED_AT),
    )

    session.refresh_from_db()
    if isinstance(adding, MoveRefusedError):
        assert adding.reasons == ("Cette commission est close.",)
        assert closing.granted == 1
    else:
        assert closing.reasons == (f"{late.reference} : il manque le vote.",)
        assert session.status == SessionStatus.PLANNED


def test_two_heads_move_lines_the_order_stays_whole(head: User, other_head: User) -> None:
    session = planned_session(actor=head)
    items = [listed_item(session=session, actor=head) for _ in range(3)]

    outcomes = race(
        partial(move_item, item=items[2], up=True, actor=head),
        partial(move_item, item=items[0], up=False, actor=other_head),
    )

    assert outcomes == [None, None]
    positions = session.items.order_by("position").values_list("position", flat=True)
    assert list(positions) == [1, 2, 3]
