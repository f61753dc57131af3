"""Two people at the same moment: one ranking, one journey to the commission, one review."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.juries.models import Jury, Ranking
from apps.juries.rankings import send_to_session
from tests.factories.awards import planned_session
from tests.factories.juries import (
    MEETING_AT,
    add_criteria,
    agreed_ranking,
    campaign_file,
    judged_installation,
    make_jury,
    open_campaign,
    seat,
)
from tests.support.threads import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _judged() -> Iterator[None]:
    with judged_installation():
        yield


@pytest.fixture
def jury(head: User, caseworker: User) -> Jury:
    campaign = open_campaign()
    add_criteria(campaign)
    jury = make_jury(campaign, head=head)
    campaign_file(campaign, caseworker=caseworker)
    return jury


def test_double_click_sends_once(jury: Jury, head: User, other_head: User) -> None:
    ranking = agreed_ranking(jury, seat(jury), head=head)
    session = planned_session(actor=head)

    def send() -> Ranking:
        return send_to_session(ranking=ranking, session=session, actor=other_head, at=MEETING_AT)

    outcomes = race(send, send, send)

    assert all(isinstance(outcome, Ranking) for outcome in outcomes)
    assert session.items.count() == 1
    assert CaseFile.objects.get().state == "scheduled"


def test_two_commissions_get_one_ranking(jury: Jury, head: User, other_head: User) -> None:
    ranking = agreed_ranking(jury, seat(jury), head=head)
    first, second = planned_session(actor=head), planned_session(actor=head)

    def send_to(session: object) -> Ranking:
        return send_to_session(
            ranking=ranking,
            session=session,
            actor=other_head,
            at=MEETING_AT,  # type: ignore[arg-type]
        )

    outcomes = race(lambda: send_to(first), lambda: send_to(second))

    assert sum(isinstance(outcome, Ranking) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, MoveRefusedError) for outcome in outcomes) == 1
    assert first.items.count() + second.items.count() == 1
