"""The life of a commitment: first day, pauses, place, end; who may do what, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from apps.accounts.models import User
from apps.awards.commitments import (
    add_pause,
    change_pause,
    correct_first_day,
    fulfil,
    record_first_day,
    remove_pause,
    transfer,
    why_not_fulfil,
)
from apps.awards.enums import CommitmentStatus, PauseKind, PromiseStatus
from apps.awards.models import Commitment, CommitmentPause, CommitmentTransfer, Promise
from apps.casefiles.transitions import MoveRefusedError, available_moves
from tests.factories.awards import active_file
from tests.factories.commitments import (
    FIRST_DAY,
    RECORDED_AT,
    promise_of,
    running_commitment,
    waiting_commitment,
)
from tests.factories.territory import CommuneFactory
from tests.support.text import plain
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db

LATER = datetime(2028, 6, 1, 9, 0, tzinfo=UTC)
AFTER_THE_END = datetime(2032, 1, 4, 9, 0, tzinfo=UTC)


def refused(act: Callable[[], object]) -> str:
    """What the person reads."""
    with pytest.raises(MoveRefusedError) as refusal:
        act()
    return plain(" ".join(refusal.value.reasons))


def labels(commitment: Commitment) -> list[str]:
    events = commitment.case_file.events.filter(kind="award_followed")
    return [plain(event.label) for event in events]


def pause(commitment: Commitment, by: User, first: date, last: date | None) -> CommitmentPause:
    return add_pause(
        commitment=commitment,
        actor=by,
        first_day=first,
        last_day=last,
        kind=PauseKind.PARENTAL,
        at=LATER,
    )


def test_first_day_starts_the_clock_and_dates_the_promise(head: User, caseworker: User) -> None:
    commitment = record_first_day(
        commitment=waiting_commitment(actor=head),
        actor=caseworker,
        started_on=FIRST_DAY,
        at=RECORDED_AT,
    )

    commitment.refresh_from_db()
    assert (commitment.status, commitment.started_on) == (CommitmentStatus.RUNNING, FIRST_DAY)
    assert promise_of(commitment).due_on == date(2032, 1, 4)
    assert labels(commitment) == ["Premier jour d’exercice enregistré : le 4 janvier 2027"]


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("auditor", "Il faut le rôle « Instructeur » ou « Responsable du guichet »"),
        ("accountant", "Il faut le rôle « Instructeur » ou « Responsable du guichet »"),
        ("foreign_caseworker", "Il faut le rôle « Instructeur »"),
    ],
)
def test_first_day_is_recorded_by_the_agents_of_the_programme(
    head: User, request: pytest.FixtureRequest, person: str, reason: str
) -> None:
    commitment = waiting_commitment(actor=head)
    actor = request.getfixturevalue(person)

    assert reason in refused(
        lambda: record_first_day(
            commitment=commitment, actor=actor, started_on=FIRST_DAY, at=RECORDED_AT
        )
    )


def test_first_day_to_come_is_refused(head: User) -> None:
    commitment = waiting_commitment(actor=head)

    assert "à venir" in refused(
        lambda: record_first_day(
            commitment=commitment, actor=head, started_on=date(2027, 1, 6), at=RECORDED_AT
        )
    )


def test_first_day_is_recorded_once(head: User) -> None:
    commitment = running_commitment(actor=head)

    assert (
        refused(
            lambda: record_first_day(
                commitment=commitment, actor=head, started_on=FIRST_DAY, at=RECORDED_AT
            )
        )
        == "Le premier jour d’exercice est déjà enregistré."
    )


def test_wrong_first_day_is_righted_by_the_head(head: User, caseworker: User) -> None:
    commitment = running_commitment(actor=head)
    right = date(2027, 1, 2)

    assert "« Responsable du guichet »" in refused(
        lambda: correct_first_day(
            commitment=commitment, actor=caseworker, started_on=right, at=LATER
        )
    )
    correct_first_day(commitment=commitment, actor=head, started_on=right, at=LATER)

    fresh = Commitment.objects.get(pk=commitment.pk)
    assert (fresh.started_on, fresh.last_day) == (right, date(2032, 1, 1))
    assert promise_of(fresh).due_on == date(2032, 1, 2)


def test_pause_moves_the_end_by_its_days(head: User) -> None:
    commitment = running_commitment(actor=head)
    assert commitment.last_day == date(2032, 1, 3)

    pause(commitment, head, date(2028, 3, 1), date(2028, 6, 20))

    assert Commitment.objects.get(pk=commitment.pk).last_day == date(2032, 4, 24)
    assert labels(commitment)[-1] == "Pause de l’engagement du 1er mars 2028 au 20 juin 2028"


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (date(2027, 1, 3), date(2027, 2, 1), "L’engagement commence le 4 janvier 2027."),
        (date(2032, 2, 4), None, "L’engagement se termine le 3 février 2032."),
        (date(2027, 3, 31), None, "Une pause existe déjà sur ces jours."),
        (date(2027, 2, 1), date(2027, 3, 1), "Une pause existe déjà sur ces jours."),
        (date(2027, 6, 2), date(2027, 6, 1), "Le dernier jour suit le premier."),
    ],
)
def test_pause_that_makes_no_sense_is_refused(
    head: User, first: date, last: date | None, reason: str
) -> None:
    commitment = running_commitment(actor=head)
    pause(commitment, head, date(2027, 3, 1), date(2027, 3, 31))

    assert refused(lambda: pause(commitment, head, first, last)) == reason


def test_open_pause_gets_its_end(head: User) -> None:
    commitment = running_commitment(actor=head)
    known = pause(commitment, head, date(2028, 3, 1), None)
    assert Commitment.objects.get(pk=commitment.pk).last_day is None

    change_pause(
        pause=known,
        actor=head,
        first_day=date(2028, 3, 1),
        last_day=date(2028, 3, 31),
        at=LATER,
    )

    assert Commitment.objects.get(pk=commitment.pk).last_day == date(2032, 2, 3)


def test_removed_pause_gives_the_end_back(head: User) -> None:
    commitment = running_commitment(actor=head)
    known = pause(commitment, head, date(2028, 3, 1), date(2028, 3, 31))

    remove_pause(pause=known, actor=head, at=LATER)

    assert Commitment.objects.get(pk=commitment.pk).last_day == date(2032, 1, 3)
    assert refused(lambda: remove_pause(pause=known, actor=head, at=LATER)) == (
        "Cette pause a déjà été retirée."
    )


def test_transfer_keeps_the_clock_and_the_history(head: User) -> None:
    commitment = running_commitment(actor=head)
    former, commune = commitment.commune, CommuneFactory(name="Nouvelle-sur-Loire")

    transfer(commitment=commitment, actor=head, commune=commune, since=date(2028, 5, 2), at=LATER)

    fresh = Commitment.objects.get(pk=commitment.pk)
    moved = CommitmentTransfer.objects.get()
    assert (fresh.commune, fresh.last_day) == (commune, date(2032, 1, 3))
    assert (moved.from_commune, moved.to_commune) == (former, commune)
    assert labels(commitment)[-1] == (
        "Nouveau lieu d’exercice : Nouvelle-sur-Loire, depuis le 2 mai 2028"
    )


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        (date(2028, 6, 2), "Cette date est à venir."),
        (date(2027, 1, 3), "Cette date précède le dernier changement connu."),
    ],
)
def test_transfer_on_an_impossible_day_is_refused(head: User, since: date, reason: str) -> None:
    commitment = running_commitment(actor=head)
    commune = CommuneFactory()

    assert reason == refused(
        lambda: transfer(commitment=commitment, actor=head, commune=commune, since=since, at=LATER)
    )


def test_transfer_to_the_same_place_is_refused(head: User) -> None:
    commitment = running_commitment(actor=head)
    assert commitment.commune is not None
    here = commitment.commune

    assert "est déjà le lieu d’exercice." in refused(
        lambda: transfer(
            commitment=commitment, actor=head, commune=here, since=date(2028, 5, 2), at=LATER
        )
    )


def test_commitment_is_kept_once_its_last_day_has_passed(head: User, accountant: User) -> None:
    commitment = running_commitment(actor=head, supervisor="non")

    early = datetime(2032, 1, 3, 9, 0, tzinfo=UTC)
    assert refused(lambda: fulfil(commitment=commitment, actor=accountant, at=early)) == (
        "L’engagement se termine le 3 janvier 2032."
    )
    fulfil(commitment=commitment, actor=accountant, at=AFTER_THE_END)

    commitment.refresh_from_db()
    assert (commitment.status, commitment.ended_on) == (
        CommitmentStatus.FULFILLED,
        date(2032, 1, 3),
    )


def test_open_promise_holds_the_end_back(head: User) -> None:
    commitment = running_commitment(actor=head)

    assert why_not_fulfil(commitment, on=date(2032, 2, 1)) == ["Une promesse reste à prouver."]


def test_unset_length_ends_with_a_reason(head: User) -> None:
    commitment = running_commitment(actor=head, months=None)
    Promise.objects.filter(commitment=commitment).update(status=PromiseStatus.VOID)

    assert refused(lambda: fulfil(commitment=commitment, actor=head, at=LATER)) == (
        "Aucune durée n’est fixée : dites pourquoi l’engagement est fini."
    )
    fulfil(commitment=commitment, actor=head, comment="Aide soldée.", at=LATER)

    commitment.refresh_from_db()
    assert (commitment.status, commitment.ended_on) == (CommitmentStatus.FULFILLED, LATER.date())


def test_file_is_not_closed_before_its_commitment(head: User) -> None:
    case_file = active_file(actor=head)

    moves = {move.name: reasons for move, reasons in available_moves(case_file, head)}

    assert "L’engagement n’est pas terminé." in moves["complete"]


@pytest.mark.django_db(transaction=True)
def test_two_agents_pause_the_same_days_once(head: User, other_head: User) -> None:
    commitment = running_commitment(actor=head)
    first, last = date(2028, 3, 1), date(2028, 3, 31)

    outcomes = race(
        lambda: pause(commitment, head, first, last),
        lambda: pause(commitment, other_head, first, last),
    )

    assert len(winners(outcomes)) == 1, outcomes
    assert CommitmentPause.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_record_the_first_day_once(head: User, other_head: User) -> None:
    commitment = waiting_commitment(actor=head)

    def record(by: User, day: date) -> Commitment:
        return record_first_day(commitment=commitment, actor=by, started_on=day, at=RECORDED_AT)

    outcomes = race(lambda: record(head, FIRST_DAY), lambda: record(other_head, date(2027, 1, 5)))

    assert len(winners(outcomes)) == 1
    assert len(labels(commitment)) == 1
