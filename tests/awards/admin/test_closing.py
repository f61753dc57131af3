"""The page that closes a commission: it says what it will do, then does it, once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.enums import SessionStatus, Vote
from apps.awards.models import AgendaItem, Session
from apps.awards.votes import CastVote, fingerprint, record_votes
from apps.casefiles.enums import LetterKind, Outcome
from apps.casefiles.models import CaseFile, Letter
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import CLOSED_AT, FOLLOW, LISTED_AT, listed_item
from tests.support.client import PortalClient
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db

NUMBER = "CP-2026-12-18/D07"


@pytest.fixture
def moment() -> datetime:
    """The evening of the sitting."""
    return CLOSED_AT


def address(session: Session) -> str:
    return reverse("admin:awards_session_close", args=[session.pk])


@pytest.fixture
def items(session: Session, head: User) -> list[AgendaItem]:
    """Two proposals to grant and one to refuse."""
    return [
        listed_item(session=session, actor=head),
        listed_item(session=session, actor=head),
        listed_item(session=session, actor=head, outcome=Outcome.REJECT),
    ]


@pytest.fixture
def voted(session: Session, items: list[AgendaItem], head: User) -> list[AgendaItem]:
    first, second, third = items
    record_votes(
        session=session,
        votes={
            first.pk: FOLLOW,
            second.pk: CastVote(vote=Vote.REFUSE, reason="Enveloppe épuisée."),
            third.pk: CastVote(vote=Vote.ADJOURN, comment="Avis attendu."),
        },
        actor=head,
    )
    return items


def closing(session: Session, **typed: str) -> dict[str, str]:
    return {
        "deliberation": NUMBER,
        "expected": fingerprint(session.items.listed()),
        **typed,
    }


def test_closing_page_says_exactly_what_will_happen(
    as_head: PortalClient, session: Session, voted: list[AgendaItem]
) -> None:
    text = page_text(as_head.get(address(session)))

    assert "1 accord pour 37 000 €, 1 refus, 1 ajournement." in text
    assert "2 lettres de décision sont établies en PDF." in text
    assert "2 courriels partent aussitôt." in text
    assert "1 dossier revient à « Proposition à valider »" in text
    assert "Enveloppe épuisée." in text
    assert session.status == SessionStatus.PLANNED


def test_closing_does_what_the_page_said(
    as_head: PortalClient, session: Session, voted: list[AgendaItem]
) -> None:
    OutgoingEmail.objects.all().delete()

    response = as_head.post(address(session), closing(session), follow=True)

    text = plain(response.text)
    assert "Commission close : 1 accord pour 37 000 €, 1 refus, 1 ajournement." in text
    session.refresh_from_db()
    assert (session.status, session.deliberation) == (SessionStatus.CLOSED, NUMBER)
    states = [CaseFile.objects.get(pk=item.case_file_id) for item in voted]
    assert [case_file.state for case_file in states] == ["granted", "rejected", "proposed"]
    assert states[0].granted_amount == Decimal(37000)
    assert Letter.objects.filter(kind=LetterKind.DECISION).count() == 2
    assert OutgoingEmail.objects.count() == 2


def test_double_click_on_close_lands_on_the_closed_session(
    as_head: PortalClient, session: Session, voted: list[AgendaItem]
) -> None:
    sent = closing(session)
    as_head.post(address(session), sent)

    response = as_head.post(address(session), sent, follow=True)

    assert response.status_code == 200
    assert "Cette commission est déjà close." in response.text
    assert Letter.objects.filter(kind=LetterKind.DECISION).count() == 2


def test_closing_after_a_vote_changed_shows_the_page_again(
    as_head: PortalClient, session: Session, voted: list[AgendaItem], head: User
) -> None:
    sent = closing(session)
    record_votes(session=session, votes={voted[1].pk: FOLLOW}, actor=head)

    response = as_head.post(address(session), sent, follow=True)

    assert "a changé depuis que vous avez ouvert cette page" in response.text
    assert "2 accords pour 74 000 €, 1 ajournement." in page_text(response)
    session.refresh_from_db()
    assert session.status == SessionStatus.PLANNED


def test_closing_without_a_number_asks_for_it(
    as_head: PortalClient, session: Session, voted: list[AgendaItem]
) -> None:
    response = as_head.post(address(session), closing(session, deliberation="  "))

    assert response.status_code == 200
    assert "Indiquez le numéro de la délibération." in response.text
    session.refresh_from_db()
    assert session.status == SessionStatus.PLANNED


def test_closing_without_votes_names_the_files_and_offers_no_button(
    as_head: PortalClient, session: Session, items: list[AgendaItem]
) -> None:
    response = as_head.get(address(session))

    assert response.text.count("il manque le vote.") == 3
    assert "<button" not in response.text.split('id="content"')[1]


def test_closing_before_the_sitting_says_to_wait(
    client: PortalClient, session: Session, voted: list[AgendaItem], head: User
) -> None:
    with time_machine.travel(LISTED_AT):
        client.force_login(head)
        response = client.post(address(session), closing(session))

    assert response.status_code == 409
    assert "attendez qu’elle ait voté" in response.text
    session.refresh_from_db()
    assert session.status == SessionStatus.PLANNED


def test_closing_by_the_proposer_says_who_must_do_it(
    client: PortalClient, session: Session, head: User, other_head: User
) -> None:
    item = listed_item(session=session, actor=head, caseworker=other_head)
    record_votes(session=session, votes={item.pk: FOLLOW}, actor=other_head)
    client.force_login(other_head)

    response = client.post(address(session), closing(session))

    assert response.status_code == 409
    assert "une autre personne doit clore la commission" in response.text
