"""Every move from every state by every kind of person: made, or refused with its reason.

The table below is written by hand from the specification, on purpose: it is not derived from
lifecycle.py, which it proves.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.awards.enums import (
    AgreementStatus,
    ClawbackCause,
    ClawbackStatus,
    CommitmentStatus,
    ItemStatus,
    Vote,
)
from apps.awards.models import AgendaItem, Agreement, Clawback, Commitment
from apps.casefiles.enums import CaseFileState, ChangeTarget, DecisionRoute, Outcome
from apps.casefiles.lifecycle import TRANSITIONS, edges, moves_from
from apps.casefiles.models import CaseFile, ChangeItem, ChangeRequest, Decision
from apps.casefiles.permissions import PREDICATES
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError, available_moves, perform
from tests.casefiles.conftest import PEOPLE, World
from tests.factories.awards import planned_session
from tests.factories.casefiles import stored_pdf
from tests.factories.commitments import pay_all

APPLICANT = {"applicant"}
AGENTS = {"caseworker", "head", "proposer", "superuser"}
HEADS = {"head", "proposer", "superuser"}
NOT_THE_PROPOSER = {"head", "superuser"}
ACCOUNTS = {"accountant", "head", "proposer", "superuser"}
BEFORE_DECISION = "draft submitted incomplete under_review proposed scheduled"

# Move: the states it leaves, the state it reaches, who makes it on a file sent online.
MOVES: dict[str, tuple[str, str, set[str]]] = {
    "submit": ("draft", "submitted", APPLICANT),
    "request_changes": ("submitted under_review", "incomplete", AGENTS),
    "resubmit": ("incomplete", "submitted", APPLICANT),
    "start_review": ("submitted", "under_review", AGENTS),
    "propose": ("under_review", "proposed", AGENTS),
    "return_to_review": ("proposed scheduled", "under_review", HEADS),
    "schedule": ("proposed", "scheduled", NOT_THE_PROPOSER),
    "grant": ("scheduled", "granted", NOT_THE_PROPOSER),
    "reject": ("scheduled", "rejected", NOT_THE_PROPOSER),
    "grant_by_delegation": ("proposed", "granted", NOT_THE_PROPOSER),
    "reject_by_delegation": ("proposed", "rejected", NOT_THE_PROPOSER),
    "adjourn": ("scheduled", "proposed", HEADS),
    "dismiss": ("submitted incomplete under_review", "dismissed", AGENTS),
    "withdraw": (BEFORE_DECISION, "withdrawn", APPLICANT),
    "activate": ("granted", "active", HEADS),
    "complete": ("active", "completed", ACCOUNTS),
    "terminate": ("active", "terminated", HEADS),
    "cancel_decision": ("granted rejected", "under_review", HEADS),
}
DELEGATED = {"grant_by_delegation", "reject_by_delegation"}
COMMENTED = {"return_to_review", "adjourn", "dismiss", "terminate", "cancel_decision"}
LATER = datetime(2033, 1, 3, 9, 0, tzinfo=UTC)


def _ask_for_a_correction(case_file: CaseFile, world: World) -> None:
    request = ChangeRequest.objects.create(
        case_file=case_file,
        requested_by=world.staff["head"],
        requested_at=LATER,
        due_on=date(2033, 2, 1),
    )
    ChangeItem.objects.create(
        request=request,
        target=ChangeTarget.ANSWER,
        key="exercice.starts_on",
        label="Début d’exercice",
        reason="À préciser.",
    )


def _answer_the_corrections(case_file: CaseFile, world: World) -> None:
    ChangeItem.objects.filter(request__case_file=case_file).update(answered_at=LATER)


def _write_a_proposal(case_file: CaseFile, world: World) -> None:
    Decision.objects.create(
        case_file=case_file,
        outcome=Outcome.REJECT,
        reason="Hors zone.",
        proposed_by=world.staff["proposer"],
        proposed_at=LATER,
        route=DecisionRoute.COMMISSION,
    )


def _put_on_an_agenda(case_file: CaseFile, world: World) -> None:
    decision = case_file.decision
    assert decision is not None
    AgendaItem.objects.create(
        session=planned_session(actor=world.staff["head"]),
        case_file=case_file,
        decision=decision,
        proposed_outcome=decision.outcome,
        proposed_amount=decision.amount,
        position=1,
        added_by=world.staff["head"],
        added_at=LATER,
    )


def _vote(outcome: Outcome) -> Callable[[CaseFile, World], None]:
    def vote(case_file: CaseFile, world: World) -> None:
        """What closing the session writes just before the move."""
        case_file.agenda_items.update(status=ItemStatus.EXAMINED, vote=Vote.FOLLOW, annex_number=1)
        rejected = outcome == Outcome.REJECT
        case_file.decisions.update(
            outcome=outcome,
            amount=None if rejected else 37000,
            reason="Hors zone." if rejected else "",
            decided_by=world.staff["head"],
            decided_at=LATER,
            deliberation="D07",
        )

    return vote


def _reject(case_file: CaseFile, world: World) -> None:
    case_file.decisions.update(outcome=Outcome.REJECT, amount=None, reason="Hors zone.")


def _sign_an_agreement(case_file: CaseFile, world: World) -> None:
    """What the check of the signed copy writes just before the move."""
    head = world.staff["head"]
    Agreement.objects.create(
        case_file=case_file,
        status=AgreementStatus.SIGNED,
        signed_on=date(2032, 1, 5),
        scan=stored_pdf(),
        returned_by=head,
        returned_at=LATER,
        checked_by=head,
        checked_at=LATER,
    )


def _end_the_commitment(case_file: CaseFile, world: World) -> None:
    pay_all(case_file)
    commitment = Commitment.objects.filter(case_file=case_file)
    commitment.update(status=CommitmentStatus.RUNNING, started_on=date(2027, 1, 4))
    commitment.update(status=CommitmentStatus.FULFILLED, ended_on=date(2033, 1, 1))


def _reckon_the_breach(case_file: CaseFile, world: World) -> None:
    """Nothing was paid: nothing comes back, and it is written."""
    Clawback.objects.create(
        case_file=case_file,
        cause=ClawbackCause.BREACH,
        amount=0,
        paid=0,
        breakdown={},
        explanation="Rien n’a été versé.",
        reason="Départ du territoire.",
        issued_by=world.staff["head"],
        issued_at=LATER,
        status=ClawbackStatus.NOTHING,
    )


# What makes the requirements of a move true; the other moves need nothing more.
PREPARE: dict[str, Callable[[CaseFile, World], None]] = {
    "request_changes": _ask_for_a_correction,
    "resubmit": _answer_the_corrections,
    "propose": _write_a_proposal,
    "schedule": _put_on_an_agenda,
    "grant": _vote(Outcome.GRANT),
    "reject": _vote(Outcome.REJECT),
    "reject_by_delegation": _reject,
    "activate": _sign_an_agreement,
    "complete": _end_the_commitment,
    "terminate": _reckon_the_breach,
}


def attempt(case_file: CaseFile, name: str, user: User, *, comment: str = "Parce que.") -> str:
    """« → state », or the first reason; the move itself is undone."""
    try:
        with transaction.atomic():
            moved = perform(case_file, name, actor=user, comment=comment, at=LATER)
            reached = CaseFile.objects.get(pk=case_file.pk).state
            assert moved.state == reached
            transaction.set_rollback(True)
    except MoveRefusedError as refusal:
        return refusal.reasons[0]
    return f"→ {reached}"


def refusal_of(name: str, person: str) -> str:
    """The reason that a person without the right reads."""
    _, _, allowed = MOVES[name]
    if allowed is APPLICANT:
        return "Seule la personne qui a fait la demande peut le faire."
    if person == "applicant":
        return "C’est votre propre demande : un collègue doit s’en charger."
    if allowed is NOT_THE_PROPOSER and person == "proposer":
        return "Vous avez proposé cette décision : une autre personne doit la prendre."
    roles = {
        id(AGENTS): "« Instructeur » ou « Responsable du guichet »",
        id(HEADS): "« Responsable du guichet »",
        id(NOT_THE_PROPOSER): "« Responsable du guichet »",
        id(ACCOUNTS): "« Comptable » ou « Responsable du guichet »",
    }[id(allowed)]
    return f"Il faut le rôle {roles} pour ce dispositif."


@pytest.mark.django_db
@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", CaseFileState.values)
def test_every_person_every_move_from_every_state(
    world: World, state: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, target, allowed = MOVES[name]
    case_file = world.files[state]
    if name in DELEGATED:
        monkeypatch.setattr(programmes["installation"], "decided_by", DecisionRoute.DELEGATION)
    if state in sources.split() and name in PREPARE:
        PREPARE[name](case_file, world)

    seen = {person: attempt(case_file, name, world.person(person, case_file)) for person in PEOPLE}

    if state not in sources.split():
        words = (
            f"« {TRANSITIONS[name].label} » n’est pas possible : "
            f"le dossier est à l’état « {CaseFileState(state).label} »."
        )
        assert seen == dict.fromkeys(PEOPLE, words)
    else:
        assert seen == {
            person: f"→ {target}" if person in allowed else refusal_of(name, person)
            for person in PEOPLE
        }


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(COMMENTED))
def test_move_that_needs_an_explanation_is_refused_without_one(world: World, name: str) -> None:
    sources, _, _ = MOVES[name]
    for state in sources.split():
        case_file = world.files[state]
        assert attempt(case_file, name, world.staff["head"], comment=" \n") == (
            "Ce changement demande une explication."
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "name", "reason"),
    [
        ("under_review", "request_changes", "Indiquez au moins une réponse ou une pièce"),
        ("incomplete", "resubmit", "Il reste un point à corriger : Début d’exercice."),
        ("under_review", "propose", "Indiquez d’abord le sens de la proposition"),
        ("proposed", "schedule", "Choisissez d’abord une commission à venir."),
        ("scheduled", "grant", "Le vote s’enregistre en clôturant"),
        ("scheduled", "reject", "La proposition n’est pas de refuser."),
        ("proposed", "grant_by_delegation", "Ce dispositif se décide par commission permanente."),
        ("granted", "activate", "La convention signée n’est pas au dossier."),
        ("active", "cancel_decision", "« Annuler la décision » n’est pas possible"),
    ],
)
def test_move_whose_requirement_is_missing_says_which(
    world: World, state: str, name: str, reason: str
) -> None:
    case_file = world.files[state]
    _, _, allowed = MOVES[name]
    person = "applicant" if allowed is APPLICANT else "head"

    assert attempt(case_file, name, world.person(person, case_file)).startswith(reason)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["schedule", "grant", "reject", "adjourn"])
def test_move_of_the_commission_is_refused_to_a_delegated_programme(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programmes["installation"], "decided_by", DecisionRoute.DELEGATION)
    sources, _, _ = MOVES[name]

    assert attempt(world.files[sources], name, world.staff["head"]) == (
        "Ce dispositif se décide par délégation au responsable."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("state", CaseFileState.values)
def test_buttons_are_the_moves_that_leave_the_state(world: World, state: str) -> None:
    expected = [
        name
        for name, (sources, _, _) in MOVES.items()
        if state in sources.split() and name not in DELEGATED
    ]

    shown = available_moves(world.files[state], world.staff["auditor"])

    assert [move.name for move, _ in shown] == expected
    assert all(reasons for _, reasons in shown)


def test_table_has_these_moves_and_no_other() -> None:
    table = {
        name: (" ".join(move.sources), move.target.value) for name, move in TRANSITIONS.items()
    }
    assert table == {name: (sources, target) for name, (sources, target, _) in MOVES.items()}
    assert {name for name, move in TRANSITIONS.items() if move.comment_required} == COMMENTED


def test_table_names_known_predicates() -> None:
    assert {move.permission for move in TRANSITIONS.values()} == set(PREDICATES)


def test_final_states_have_no_way_out() -> None:
    final = {state for state in CaseFileState.values if not moves_from(state)}
    assert final == {"dismissed", "withdrawn", "completed", "terminated"}


def test_edges_are_those_of_the_table() -> None:
    assert edges() == sorted(
        {(source, target) for sources, target, _ in MOVES.values() for source in sources.split()}
    )
