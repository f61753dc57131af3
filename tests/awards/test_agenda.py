from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from apps.accounts.models import User
from apps.awards.agenda import add_to_agenda, move_item, remove_from_agenda, schedulable
from apps.awards.enums import ItemStatus, Vote
from apps.awards.models import AgendaItem, Session
from apps.awards.votes import CastVote, StaleAgendaError, fingerprint, record_votes
from apps.casefiles.enums import CaseFileState, DecisionRoute, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.proposals import withdraw_proposal
from apps.casefiles.transitions import MoveRefusedError, perform
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import FOLLOW, LISTED_AT, listed_item, planned_session
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(head: User) -> Session:
    return planned_session(actor=head)


def proposed(**file: object) -> CaseFile:
    return installation_file(until=CaseFileState.PROPOSED, **file)


def test_add_moves_every_file_and_names_who_did_it(session: Session, head: User) -> None:
    files = [proposed(), proposed(outcome=Outcome.REJECT)]
    OutgoingEmail.objects.all().delete()

    items = add_to_agenda(session=session, case_files=files, actor=head, at=LISTED_AT)

    assert [(item.position, item.proposed_outcome, item.proposed_amount) for item in items] == [
        (1, Outcome.GRANT, 37000),
        (2, Outcome.REJECT, None),
    ]
    for case_file in CaseFile.objects.filter(pk__in=[file.pk for file in files]):
        assert case_file.state == CaseFileState.SCHEDULED
        assert case_file.decision is not None
        assert case_file.decision.scheduled_by == head
    assert [email.kind for email in OutgoingEmail.objects.all()] == ["casefile-scheduled"] * 2


def test_add_keeps_the_day_of_the_sitting_in_the_file_s_story(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)

    moved = item.case_file.events.get(transition="schedule")

    assert moved.payload == {
        "session": session.pk,
        "session_label": "Commission permanente de décembre",
        "held_on": "2026-12-18",
    }


def test_add_one_file_that_cannot_be_listed_lists_none(
    session: Session, head: User, other_head: User
) -> None:
    good, own, reviewed = (
        proposed(),
        proposed(caseworker=other_head),
        installation_file(until=CaseFileState.UNDER_REVIEW),
    )

    with pytest.raises(MoveRefusedError) as refusal:
        add_to_agenda(
            session=session, case_files=[good, own, reviewed], actor=other_head, at=LISTED_AT
        )

    assert refusal.value.reasons == (
        f"{own.reference} : Vous avez proposé cette décision : une autre personne doit la prendre.",
        f"{reviewed.reference} : Le dossier est à l’état « En instruction ».",
    )
    assert not AgendaItem.objects.exists()
    assert CaseFile.objects.get(pk=good.pk).state == CaseFileState.PROPOSED


def test_add_the_same_file_twice_lists_it_once(session: Session, head: User) -> None:
    case_file = proposed()

    items = add_to_agenda(
        session=session, case_files=[case_file, case_file], actor=head, at=LISTED_AT
    )

    assert len(items) == 1


def test_add_a_file_of_another_agenda_is_refused(session: Session, head: User) -> None:
    item = listed_item(session=planned_session(actor=head), actor=head)

    with pytest.raises(MoveRefusedError, match="Inscrit en commission"):
        add_to_agenda(session=session, case_files=[item.case_file], actor=head, at=LISTED_AT)


def test_add_nothing_asks_for_a_file(session: Session, head: User) -> None:
    with pytest.raises(MoveRefusedError, match="Choisissez au moins un dossier"):
        add_to_agenda(session=session, case_files=[], actor=head, at=LISTED_AT)


def test_add_to_a_session_of_the_past_is_refused(session: Session, head: User) -> None:
    with pytest.raises(MoveRefusedError, match="s’est tenue le 18\u00a0décembre\u00a02026"):
        add_to_agenda(
            session=session,
            case_files=[proposed()],
            actor=head,
            at=datetime(2026, 12, 19, 8, 0, tzinfo=UTC),
        )


def test_add_of_a_programme_decided_by_delegation_is_refused(
    session: Session, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_file = proposed()
    monkeypatch.setattr(programmes["installation"], "decided_by", DecisionRoute.DELEGATION)

    with pytest.raises(MoveRefusedError, match="se décide par délégation au responsable"):
        add_to_agenda(session=session, case_files=[case_file], actor=head, at=LISTED_AT)


@pytest.mark.parametrize("move", ["return_to_review", "withdraw"])
def test_file_that_moves_otherwise_leaves_the_agenda(
    session: Session, head: User, move: str
) -> None:
    item = listed_item(session=session, actor=head)
    assert item.case_file.applicant is not None
    actor = item.case_file.applicant if move == "withdraw" else head

    perform(item.case_file, move, actor=actor, comment="Bail à revoir.")

    item.refresh_from_db()
    assert (item.status, item.annex_number) == (ItemStatus.REMOVED, None)
    assert not session.items.standing().exists()


def test_remove_puts_the_file_back_in_wait(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)

    case_file = remove_from_agenda(item=item, actor=head, comment="Séance trop chargée.")

    assert case_file.state == CaseFileState.PROPOSED
    item.refresh_from_db()
    assert item.status == ItemStatus.REMOVED
    (again,) = add_to_agenda(
        session=planned_session(actor=head), case_files=[case_file], actor=head, at=LISTED_AT
    )
    assert again.decision_id == item.decision_id


def test_remove_without_an_explanation_is_refused(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)

    with pytest.raises(MoveRefusedError, match="demande une explication"):
        remove_from_agenda(item=item, actor=head, comment=" ")


def test_remove_twice_is_refused(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)
    remove_from_agenda(item=item, actor=head, comment="Séance trop chargée.")

    with pytest.raises(MoveRefusedError, match="n’est plus à l’ordre du jour"):
        remove_from_agenda(item=item, actor=head, comment="Encore.")


def order(session: Session) -> list[int]:
    return list(session.items.listed().order_by("position").values_list("pk", flat=True))


def test_move_exchanges_neighbours_and_jumps_over_those_removed(
    session: Session, head: User
) -> None:
    first, second, third = (listed_item(session=session, actor=head) for _ in range(3))
    remove_from_agenda(item=second, actor=head, comment="Séance trop chargée.")

    move_item(item=third, up=True, actor=head)

    assert order(session) == [third.pk, first.pk]


@pytest.mark.parametrize(("rank", "up"), [(0, True), (1, False)])
def test_move_beyond_either_end_changes_nothing(
    session: Session, head: User, rank: int, up: bool
) -> None:
    items = [listed_item(session=session, actor=head) for _ in range(2)]

    move_item(item=items[rank], up=up, actor=head)

    assert order(session) == [item.pk for item in items]


def test_move_by_a_caseworker_is_refused(session: Session, head: User, caseworker: User) -> None:
    item = listed_item(session=session, actor=head)

    with pytest.raises(MoveRefusedError, match="Responsable du guichet"):
        move_item(item=item, up=True, actor=caseworker)


def test_votes_are_a_draft_until_the_closing(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)

    record_votes(
        session=session,
        votes={item.pk: CastVote(vote=Vote.REFUSE, reason=" Enveloppe épuisée. ")},
        actor=head,
    )

    item.refresh_from_db()
    assert (item.vote, item.reason, item.status) == (
        *(Vote.REFUSE, "Enveloppe épuisée."),
        ItemStatus.LISTED,
    )
    assert CaseFile.objects.get(pk=item.case_file_id).state == CaseFileState.SCHEDULED


def test_vote_changed_to_follow_forgets_the_reason_of_the_refusal(
    session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)
    refuse = CastVote(vote=Vote.REFUSE, reason="Enveloppe épuisée.")
    record_votes(session=session, votes={item.pk: refuse}, actor=head)

    record_votes(
        session=session,
        votes={item.pk: CastVote(vote=Vote.FOLLOW, reason="Enveloppe épuisée.")},
        actor=head,
    )

    item.refresh_from_db()
    assert (item.vote, item.reason) == (Vote.FOLLOW, "")


def test_votes_that_cannot_stand_are_all_named_and_none_is_kept(
    session: Session, head: User
) -> None:
    good, refused, adjourned = (listed_item(session=session, actor=head) for _ in range(3))
    rejected = listed_item(session=session, actor=head, outcome=Outcome.REJECT)

    with pytest.raises(MoveRefusedError) as refusal:
        record_votes(
            session=session,
            votes={
                good.pk: FOLLOW,
                refused.pk: CastVote(vote=Vote.REFUSE, reason="  "),
                adjourned.pk: CastVote(vote=Vote.ADJOURN),
                rejected.pk: CastVote(vote=Vote.REFUSE, reason="Non."),
            },
            actor=head,
        )

    assert [reason.partition(" : ")[2] for reason in refusal.value.reasons] == [
        "Indiquez le motif du refus : il figure dans la lettre.",
        "Dites en commentaire pourquoi l’examen est ajourné.",
        "La proposition est déjà de refuser : choisissez de la suivre ou d’ajourner.",
    ]
    assert not session.items.exclude(vote="").exists()


def test_votes_seen_before_somebody_else_voted_are_refused(session: Session, head: User) -> None:
    item = listed_item(session=session, actor=head)
    shown = fingerprint(session.items.listed())
    record_votes(session=session, votes={item.pk: FOLLOW}, actor=head)

    with pytest.raises(StaleAgendaError, match="a changé depuis"):
        record_votes(session=session, votes={item.pk: FOLLOW}, actor=head, expected=shown)


def test_schedulable_gives_each_waiting_proposal_with_its_reason(
    head: User, other_head: User, foreign_head: User, session: Session
) -> None:
    own = proposed(caseworker=other_head, at=datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
    other = proposed()
    listed_item(session=session, actor=head)

    assert schedulable(other_head) == [
        (other, ""),
        (own, "Vous avez proposé cette décision : une autre personne doit la prendre."),
    ]
    assert schedulable(foreign_head) == []


def test_returned_proposal_can_be_proposed_again_and_listed(
    session: Session, head: User, caseworker: User
) -> None:
    item = listed_item(session=session, actor=head)
    returned = withdraw_proposal(case_file=item.case_file, actor=head, comment="Montant à revoir.")
    assert returned.decision is None

    assert returned.state == CaseFileState.UNDER_REVIEW
    assert session.items.listed().count() == 0


def test_session_takes_files_until_its_own_day(session: Session) -> None:
    assert session.why_not_take_files(date(2026, 12, 18)) == ""
    assert session.why_not_take_files(date(2026, 12, 19)) == (
        "Cette commission s’est tenue le 18\u00a0décembre\u00a02026."
    )
