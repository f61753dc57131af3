from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.awards import sessions
from apps.awards.agenda import add_to_agenda
from apps.awards.enums import ItemStatus, SessionStatus, Vote
from apps.awards.models import AgendaItem, Session
from apps.awards.sessions import SessionClosedError, close_session
from apps.awards.votes import CastVote, StaleAgendaError, fingerprint, record_votes
from apps.casefiles.enums import LetterKind, Outcome
from apps.casefiles.models import CaseFile, CaseFileEvent, Letter
from apps.casefiles.proposals import withdraw_proposal
from apps.casefiles.transitions import MoveRefusedError
from apps.core.history import versions
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import (
    CLOSED_AT,
    FOLLOW,
    HELD_ON,
    archived_proposal,
    listed_item,
    planned_session,
)
from tests.support.pdf import stored_pdf_text

pytestmark = pytest.mark.django_db

NUMBER = "CP-2026-12-18/D07"
REFUSE = CastVote(vote=Vote.REFUSE, reason="Enveloppe réservée aux zones sous-dotées.")
ADJOURN = CastVote(vote=Vote.ADJOURN, comment="Avis de la commune attendu.")


@pytest.fixture
def session(head: User) -> Session:
    return planned_session(actor=head)


def close(session: Session, actor: User, votes: Any = None, **options: Any) -> Any:
    return close_session(
        session=session,
        actor=actor,
        **{"deliberation": NUMBER, "votes": votes, "at": CLOSED_AT, **options},
    )


def everything() -> list[Any]:
    """What a closing writes; nothing of it may change when it is refused."""
    return [
        list(Session.objects.order_by("pk").values()),
        list(AgendaItem.objects.order_by("pk").values()),
        list(CaseFile.objects.order_by("pk").values()),
        CaseFileEvent.objects.count(),
        Letter.objects.count(),
        OutgoingEmail.objects.count(),
    ]


def test_close_with_all_three_votes_decides_every_file(session: Session, head: User) -> None:
    followed = listed_item(session=session, actor=head)
    refused = listed_item(session=session, actor=head)
    rejected = listed_item(session=session, actor=head, outcome=Outcome.REJECT)
    adjourned = listed_item(session=session, actor=head)
    OutgoingEmail.objects.all().delete()

    tally = close(
        session,
        head,
        {followed.pk: FOLLOW, refused.pk: REFUSE, rejected.pk: FOLLOW, adjourned.pk: ADJOURN},
    )

    assert (tally.granted, tally.amount, tally.rejected, tally.adjourned) == (
        *(1, Decimal(37000)),
        *(2, 1),
    )
    assert (tally.letters, tally.emails, tally.without_email) == (3, 3, ())
    states = [
        CaseFile.objects.get(pk=item.case_file_id).state
        for item in (followed, refused, rejected, adjourned)
    ]
    assert states == ["granted", "rejected", "rejected", "proposed"]
    assert list(
        session.items.order_by("position").values_list("annex_number", "status", "vote")
    ) == [
        (1, ItemStatus.EXAMINED, "follow"),
        (2, ItemStatus.EXAMINED, "refuse"),
        (3, ItemStatus.EXAMINED, "follow"),
        (4, ItemStatus.EXAMINED, "adjourn"),
    ]
    assert Letter.objects.filter(kind=LetterKind.DECISION).count() == 3
    assert OutgoingEmail.objects.filter(kind="casefile-decision").count() == 3
    session.refresh_from_db()
    assert (session.status, session.closed_by, session.deliberation) == (
        SessionStatus.CLOSED,
        head,
        NUMBER,
    )


def test_close_follow_writes_who_when_and_deliberation(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)

    close(session, head, {item.pk: FOLLOW})

    case_file = CaseFile.objects.get(pk=item.case_file_id)
    decision = case_file.decision
    assert decision is not None
    assert (decision.decided_by, decision.decided_on, decision.decided_at) == (
        *(head, HELD_ON),
        CLOSED_AT,
    )
    assert (decision.deliberation, decision.scheduled_by) == (NUMBER, head)
    assert case_file.granted_amount == Decimal(37000)
    letter = stored_pdf_text(case_file.letters.get(kind=LetterKind.DECISION).file)
    assert NUMBER in letter
    assert "18\u00a0décembre\u00a02026" in letter


def test_close_refuse_against_a_grant_turns_the_decision_and_keeps_what_was_proposed(
    session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)

    close(session, head, {item.pk: REFUSE})

    case_file = CaseFile.objects.get(pk=item.case_file_id)
    decision = case_file.decision
    assert decision is not None
    assert (decision.outcome, decision.amount) == (Outcome.REJECT, None)
    assert decision.reason == REFUSE.reason
    item.refresh_from_db()
    assert (item.proposed_outcome, item.proposed_amount) == (Outcome.GRANT, Decimal(37000))
    turned = {change.label: change.before for change in versions(decision)[0].changes}
    assert (turned["sens"], turned["montant"]) == ("Accorder", "37000.00")
    letter = stored_pdf_text(case_file.letters.get(kind=LetterKind.DECISION).file)
    assert "Enveloppe réservée" in letter


def test_close_adjourn_keeps_the_proposal_for_another_session(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)
    close(session, head, {item.pk: ADJOURN})
    next_session = planned_session(actor=head, held_on=date(2027, 1, 22))

    (again,) = add_to_agenda(
        session=next_session, case_files=[item.case_file], actor=head, at=CLOSED_AT
    )

    assert again.decision_id == item.decision_id
    moved = item.case_file.events.get(transition="adjourn")
    assert (moved.comment, moved.is_public) == ("Avis de la commune attendu.", False)


def test_close_twice_has_one_effect(session: Session, head: User, other_head: User) -> None:
    item = listed_item(session=session, actor=head)
    close(session, head, {item.pk: FOLLOW})
    before = everything()

    with pytest.raises(SessionClosedError, match="déjà close"):
        close(session, other_head, {item.pk: REFUSE})

    assert everything() == before


def test_close_without_a_vote_names_the_file(session: Session, head: User) -> None:
    first = listed_item(session=session, actor=head)
    second = listed_item(session=session, actor=head)
    before = everything()

    with pytest.raises(MoveRefusedError) as refusal:
        close(session, head, {first.pk: FOLLOW})

    assert refusal.value.reasons == (f"{second.case_file.reference} : il manque le vote.",)
    assert everything() == before


def test_close_by_the_proposer_is_refused_for_every_file_of_theirs(
    session: Session, head: User, other_head: User
) -> None:
    mine = listed_item(session=session, actor=head, caseworker=other_head)
    other = listed_item(session=session, actor=head)
    before = everything()

    with pytest.raises(MoveRefusedError) as refusal:
        close(session, other_head, {mine.pk: FOLLOW, other.pk: FOLLOW})

    (reason,) = refusal.value.reasons
    assert reason == (
        f"{mine.case_file.reference} : vous avez proposé cette décision, "
        "une autre personne doit clore la commission."
    )
    assert everything() == before


def test_close_by_the_proposer_is_allowed_when_their_file_is_adjourned(
    session: Session, head: User, other_head: User
) -> None:
    mine = listed_item(session=session, actor=head, caseworker=other_head)

    tally = close(session, other_head, {mine.pk: ADJOURN})

    assert tally.adjourned == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"deliberation": "  "}, "Indiquez le numéro de la délibération."),
        (
            {"at": datetime.fromisoformat("2026-12-17T16:00:00+00:00")},
            "Cette commission se tient le 18\u00a0décembre\u00a02026 : attendez qu’elle ait voté.",
        ),
    ],
)
def test_close_too_early_or_without_number_is_refused(
    session: Session, head: User, options: dict[str, Any], reason: str
) -> None:
    item = listed_item(session=session, actor=head)

    with pytest.raises(MoveRefusedError) as refusal:
        close(session, head, {item.pk: FOLLOW}, **options)

    assert refusal.value.reasons == (reason,)


def test_close_empty_agenda_is_refused(session: Session, head: User) -> None:
    with pytest.raises(MoveRefusedError, match="L’ordre du jour est vide"):
        close(session, head, {})


def test_close_by_a_caseworker_is_refused(session: Session, head: User, caseworker: User) -> None:
    item = listed_item(session=session, actor=head)
    record_votes(session=session, votes={item.pk: FOLLOW}, actor=head)

    with pytest.raises(MoveRefusedError, match="Responsable du guichet"):
        close(session, caseworker)


def test_close_by_a_head_of_another_programme_changes_nothing(
    session: Session, head: User, foreign_head: User
) -> None:
    item = listed_item(session=session, actor=head)
    before = everything()

    with pytest.raises(MoveRefusedError, match="Il faut le rôle") as refusal:
        close(session, foreign_head, {item.pk: FOLLOW})

    assert refusal.value.reasons[0].startswith(item.case_file.reference)
    assert everything() == before


def test_close_agenda_changed_since_it_was_shown_is_refused(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)
    record_votes(session=session, votes={item.pk: FOLLOW}, actor=head)
    shown = fingerprint(session.items.listed())
    record_votes(session=session, votes={item.pk: REFUSE}, actor=head)

    with pytest.raises(StaleAgendaError):
        close(session, head, expected=shown)

    assert close(session, head, expected=fingerprint(session.items.listed())).rejected == 1


def test_close_with_a_vote_on_a_file_that_left_the_agenda_is_refused(
    session: Session, head: User
) -> None:
    kept = listed_item(session=session, actor=head)
    gone = listed_item(session=session, actor=head)
    withdraw_proposal(case_file=gone.case_file, actor=head, comment="Bail à revoir.")

    with pytest.raises(StaleAgendaError):
        close(session, head, {kept.pk: FOLLOW, gone.pk: FOLLOW})


def test_close_that_fails_at_the_last_file_changes_nothing(
    session: Session, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [listed_item(session=session, actor=head) for _ in range(3)]
    before = everything()
    decided = []
    record_decision = sessions.record_decision

    def fail_at_the_third(**arguments: Any) -> CaseFile:
        decided.append(arguments["case_file"])
        if len(decided) == 3:
            raise ConnectionError("the machine stops here")
        return record_decision(**arguments)

    monkeypatch.setattr(sessions, "record_decision", fail_at_the_third)
    with pytest.raises(ConnectionError):
        close(session, head, {item.pk: FOLLOW for item in items})

    assert everything() == before


def test_close_whose_report_fails_changes_nothing(
    session: Session, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = listed_item(session=session, actor=head)
    before = everything()

    def fail(*arguments: Any, **options: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(sessions, "store_report", fail)
    with pytest.raises(OSError, match="disk full"):
        close(session, head, {item.pk: FOLLOW})

    assert everything() == before


def test_close_without_address_announces_a_letter_to_post(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)
    CaseFile.objects.filter(pk=item.case_file_id).update(email="")
    OutgoingEmail.objects.all().delete()

    tally = close(session, head, {item.pk: FOLLOW})

    assert (tally.letters, tally.emails) == (1, 0)
    assert tally.without_email == (item.case_file.reference,)
    assert not OutgoingEmail.objects.exists()


def test_close_act_of_the_archive_writes_to_nobody(
    session: Session, head: User, caseworker: User
) -> None:
    """Three aids of 29 September 2023: held and published long ago, beneficiaries unnamed."""
    past = planned_session(actor=head, held_on=date(2023, 9, 29))
    at = datetime.fromisoformat("2023-09-29T08:00:00+00:00")
    items = add_to_agenda(
        session=past,
        case_files=[archived_proposal(agent=caseworker, at=at) for _ in range(3)],
        actor=head,
        at=at,
    )

    tally = close(past, head, {item.pk: FOLLOW for item in items}, at=at)

    assert (tally.granted, tally.amount) == (3, Decimal(105000))
    assert (tally.letters, tally.emails, tally.without_email) == (0, 0, ())
    assert not Letter.objects.exists()
    assert not OutgoingEmail.objects.exists()
    past.refresh_from_db()
    assert past.report is not None
    report = stored_pdf_text(past.report).replace("\n", " ")
    assert report.count("Bénéficiaire") == 3
