"""The agenda of a commission: what is put on it, taken off it, and in which order.

Locks are always taken in the same order, the session first, then the files by primary key:
two agents at work on the same sitting wait for each other and never block each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.awards.enums import ItemStatus
from apps.awards.incompatibilities import proposes_to_grant, why_not_cumulate_each
from apps.awards.models import AgendaItem, Session
from apps.awards.permissions import why_not_manage_sessions
from apps.casefiles.enums import CaseFileState, DecisionRoute
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import PREDICATES
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError, perform
from apps.core import clock

_SCHEDULE = TRANSITIONS["schedule"]
_KEPT = "kept_agenda_items"


def lock_session(session: Session) -> Session:
    """The row, locked and fresh, inside the caller's transaction."""
    return Session.objects.select_for_update(of=("self",)).get(pk=session.pk)


def lock_case_files(pks: Iterable[int]) -> list[CaseFile]:
    """The files, locked in the order of their keys, inside the caller's transaction."""
    return list(
        CaseFile.objects.select_for_update(of=("self",)).filter(pk__in=list(pks)).order_by("pk")
    )


def standing_items(case_file: CaseFile) -> list[AgendaItem]:
    """What sessions examine or have examined of this file, the latest first: one query, none when
    it was kept."""
    kept: list[AgendaItem] | None = case_file.__dict__.get(_KEPT)
    if kept is not None:
        return kept
    return list(case_file.agenda_items.standing().select_related("session").order_by("-pk"))


def keep_standing_items(case_file: CaseFile) -> None:
    """Read them once for a file that is only shown: a move reads the locked row anew."""
    case_file.__dict__[_KEPT] = standing_items(case_file)


def schedulable(user: User) -> list[tuple[CaseFile, str]]:
    """Every proposal waiting for a commission that `user` sees, with the reason against it.

    The oldest request first; an empty reason means that it may be put on an agenda.
    """
    waiting = list(
        CaseFile.objects.at_desk_of(user)
        .filter(
            state=CaseFileState.PROPOSED,
            programme__in=[
                programme.slug
                for programme in programmes
                if programme.decided_by == DecisionRoute.COMMISSION
            ],
        )
        .prefetch_related("decisions__proposed_by")
        .order_by("submitted_at", "pk")
    )
    reasons = why_not_schedule_each(user, waiting)
    return [(case_file, reasons[case_file.pk]) for case_file in waiting]


def why_not_schedule_each(user: User, case_files: Sequence[CaseFile]) -> dict[int, str]:
    """By the key of each file: why `user` cannot put it on an agenda, or an empty string.

    Aids that do not go together count too, in as many queries for all files as for one.
    """
    to_grant = [file for file in case_files if proposes_to_grant(file)]
    clashes = why_not_cumulate_each(to_grant)
    return {
        case_file.pk: why_not_schedule(user, case_file) or " ".join(clashes.get(case_file.pk, ()))
        for case_file in case_files
    }


def why_not_schedule(user: User, case_file: CaseFile) -> str:
    """Reason why `user` cannot put this file on an agenda, or an empty string.

    Other awards of the same person are looked at by the move itself, and beforehand by
    `why_not_schedule_each`.
    """
    programme = programmes[case_file.programme]
    if programme.decided_by != DecisionRoute.COMMISSION:
        return f"Ce dispositif se décide par {programme.decided_by.label.lower()}."
    if case_file.state not in _SCHEDULE.sources:
        return f"Le dossier est à l’état « {case_file.get_state_display()} »."
    if reason := PREDICATES[_SCHEDULE.permission](user, case_file):
        return reason
    return " ".join(programme.blockers(case_file, _SCHEDULE))


@transaction.atomic
def add_to_agenda(
    *,
    session: Session,
    case_files: Iterable[CaseFile],
    actor: User,
    at: datetime | None = None,
) -> list[AgendaItem]:
    """Put proposals on the agenda, after those already there, in the order given.

    Side effects: each file moves to « Inscrit en commission », its decision names who did it,
    its applicant gets an e-mail. All or nothing: raises MoveRefusedError with one reason a file.
    """
    at = at or clock.now()
    wanted = list(case_files)
    locked_session = lock_session(session)
    if reason := _why_not_take_files(actor, locked_session, on=clock.paris_date(at)):
        raise MoveRefusedError(reason)
    if not wanted:
        raise MoveRefusedError("Choisissez au moins un dossier.")
    locked = {case_file.pk: case_file for case_file in lock_case_files({f.pk for f in wanted})}
    refusals = [
        f"{case_file.reference} : {reason}"
        for case_file in locked.values()
        if (reason := why_not_schedule(actor, case_file))
    ]
    if refusals:
        raise MoveRefusedError(*refusals)
    last = locked_session.items.aggregate(last=Max("position"))["last"] or 0
    return [
        _list_file(locked_session, locked[pk], position=position, actor=actor, at=at)
        for position, pk in enumerate(dict.fromkeys(f.pk for f in wanted), start=last + 1)
    ]


def _why_not_take_files(actor: User, session: Session, *, on: date) -> str:
    return why_not_manage_sessions(actor) or session.why_not_take_files(on)


def _list_file(
    session: Session, case_file: CaseFile, *, position: int, actor: User, at: datetime
) -> AgendaItem:
    decision = case_file.decision
    if decision is None:
        raise MoveRefusedError(f"{case_file.reference} : aucune décision n’est proposée.")
    # First the line, then the move, which requires it.
    item = AgendaItem.objects.create(
        session=session,
        case_file=case_file,
        decision=decision,
        proposed_outcome=decision.outcome,
        proposed_amount=decision.amount,
        is_amount_unpublished=decision.is_amount_unpublished,
        position=position,
        added_by=actor,
        added_at=at,
    )
    try:
        perform(case_file, "schedule", actor=actor, at=at, payload=hearing_payload(session))
    except MoveRefusedError as refusal:
        raise MoveRefusedError(
            *(f"{case_file.reference} : {reason}" for reason in refusal.reasons)
        ) from refusal
    decision.scheduled_by = actor
    decision.save(update_fields=["scheduled_by"])
    return item


def hearing_payload(session: Session) -> dict[str, str | int | None]:
    """What the file's story keeps of its sitting, for layers that do not know sessions."""
    return {
        "session": session.pk,
        "session_label": session.label,
        "held_on": session.held_on.isoformat() if session.held_on else None,
    }


@transaction.atomic
def remove_from_agenda(
    *, item: AgendaItem, actor: User, comment: str, at: datetime | None = None
) -> CaseFile:
    """Take a file off the agenda before the sitting: it waits for another commission.

    Side effects: the file moves back to « Proposition à valider », with an inner event. Raises
    MoveRefusedError, and then changes nothing.
    """
    session = lock_session(item.session)
    (case_file,) = lock_case_files([item.case_file_id])
    if session.is_closed or not session.items.listed().filter(pk=item.pk).exists():
        raise MoveRefusedError("Ce dossier n’est plus à l’ordre du jour de cette commission.")
    return perform(case_file, "adjourn", actor=actor, comment=comment, at=at)


@transaction.atomic
def move_item(*, item: AgendaItem, up: bool, actor: User) -> None:
    """Exchange an item with its neighbour above (or below); nothing happens at either end.

    Raises MoveRefusedError when the agenda can no longer change.
    """
    if reason := why_not_manage_sessions(actor):
        raise MoveRefusedError(reason)
    session = lock_session(item.session)
    items = list(session.items.filter(status=ItemStatus.LISTED).order_by("position"))
    ranks = {listed.pk: rank for rank, listed in enumerate(items)}
    if session.is_closed or item.pk not in ranks:
        raise MoveRefusedError("Ce dossier n’est plus à l’ordre du jour de cette commission.")
    rank = ranks[item.pk]
    other_rank = rank - 1 if up else rank + 1
    if not 0 <= other_rank < len(items):
        return
    moved, other = items[rank], items[other_rank]
    moved.position, other.position = other.position, moved.position
    moved.save(update_fields=["position"])
    other.save(update_fields=["position"])
