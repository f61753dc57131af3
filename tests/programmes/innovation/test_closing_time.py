"""Sent in the last second, at the second, after it; and twenty owners in the last minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from apps.accounts.roles import Role
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, perform
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import join_documents
from tests.factories.innovation import (
    CLOSES_AT,
    SLUG,
    fill_proposal,
    innovation_staff,
    proposal_file,
    running_call,
)
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.threads import race, winners

SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)


def ready_draft() -> CaseFile:
    case_file = proposal_file(until=CaseFileState.DRAFT)
    assert case_file.applicant is not None
    join_documents(case_file, case_file.applicant, at=case_file.created_at)
    return CaseFile.objects.get(pk=case_file.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "grace", "is_received"),
    [
        (CLOSES_AT - SECOND, 0, True),
        (CLOSES_AT, 0, True),
        (CLOSES_AT + INSTANT, 0, False),
        (CLOSES_AT + SECOND, 0, False),
        (CLOSES_AT + 30 * SECOND, 30, True),
        (CLOSES_AT + 30 * SECOND + INSTANT, 30, False),
    ],
)
def test_closing_is_counted_to_the_second(at: datetime, grace: int, is_received: bool) -> None:
    running_call(grace_seconds=grace)
    case_file = ready_draft()
    assert case_file.applicant is not None

    if is_received:
        sent = perform(case_file, "submit", actor=case_file.applicant, at=at)
        assert (sent.state, sent.submitted_at) == (CaseFileState.SUBMITTED, at)
        return
    with pytest.raises(MoveRefusedError, match="Votre envoi est arrivé trop tard"):
        perform(case_file, "submit", actor=case_file.applicant, at=at)
    case_file.refresh_from_db()
    assert case_file.state == CaseFileState.DRAFT


@pytest.mark.django_db
def test_the_page_itself_refuses_and_keeps_the_draft(client: PortalClient) -> None:
    running_call()
    case_file = ready_draft()
    assert case_file.applicant is not None
    client.force_login(case_file.applicant)
    page = f"/mon-espace/dossiers/{case_file.reference}/verification/"
    sent = {"is_exact": "on", "expected_version": str(case_file.version)}

    with time_machine.travel(CLOSES_AT + SECOND, tick=False):
        refused = client.post(page, sent)
    with time_machine.travel(CLOSES_AT, tick=False):
        received = client.post(page, sent)

    assert "Votre envoi est arrivé trop tard." in page_text(refused)
    assert received.status_code == 302


@pytest.mark.django_db
def test_hour_that_staff_move_counts_at_once(client: PortalClient) -> None:
    call = running_call()
    case_file = ready_draft()
    assert case_file.applicant is not None
    call.closes_at = CLOSES_AT + timedelta(days=1)
    call.save(update_fields=["closes_at"])

    sent = perform(case_file, "submit", actor=case_file.applicant, at=CLOSES_AT + SECOND)

    assert sent.state == CaseFileState.SUBMITTED


@pytest.mark.django_db
def test_letter_received_in_time_is_typed_in_later() -> None:
    running_call()
    agent = innovation_staff(Role.CASEWORKER)
    case_file = start_case_file(
        programme=SLUG,
        applicant=None,
        filed_by=agent,
        channel=Channel.POST,
        identity={"first_name": "Alex", "last_name": "Démo"},
        at=CLOSES_AT - timedelta(hours=5),
    )
    fill_proposal(case_file)
    join_documents(case_file, agent, at=CLOSES_AT - timedelta(hours=5))

    sent = perform(case_file, "submit", actor=agent, at=CLOSES_AT + timedelta(days=2))

    assert sent.submitted_at == CLOSES_AT - timedelta(hours=5)


@pytest.mark.django_db(transaction=True)
def test_twenty_owners_send_in_the_last_minute_and_each_is_stored_once() -> None:
    """Each sends twice, as a nervous double click does; half of them to the last instant."""
    call = running_call()
    drafts = []
    for _ in range(20):
        case_file = proposal_file(until=CaseFileState.DRAFT, applicant=UserFactory(), call=call)
        assert case_file.applicant is not None
        join_documents(case_file, case_file.applicant, at=case_file.created_at)
        drafts.append(case_file)

    def send(case_file: CaseFile, at: datetime) -> CaseFile:
        assert case_file.applicant is not None
        return perform(case_file, "submit", actor=case_file.applicant, at=at)

    moments = [CLOSES_AT - timedelta(seconds=20 - rank) for rank in range(20)]
    sends: list[Callable[[], Any]] = [
        partial(send, case_file, at)
        for case_file, at in zip(drafts, moments, strict=True)
        for _ in range(2)
    ]

    outcomes = race(*sends)

    assert len(winners(outcomes)) == 20
    assert all(isinstance(outcome, CaseFile | MoveRefusedError) for outcome in outcomes)
    stored = CaseFile.objects.filter(state=CaseFileState.SUBMITTED).order_by("submitted_at")
    assert [case_file.pk for case_file in stored] == [case_file.pk for case_file in drafts]
    assert [case_file.letters.count() for case_file in stored] == [1] * 20
