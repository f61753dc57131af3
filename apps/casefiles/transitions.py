"""The one function that moves a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.casefiles import enums, legal_clock
from apps.casefiles.assessment import assess
from apps.casefiles.consequences import run_consequences
from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.lifecycle import TRANSITIONS, Transition, moves_from
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.notifications import notify_move
from apps.casefiles.permissions import PREDICATES
from apps.casefiles.programmes import programmes
from apps.casefiles.requirements import unmet_requirements
from apps.core import clock


class MoveRefusedError(Exception):
    """A move that cannot be made; `reasons` are French sentences for people."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class StaleCaseFileError(MoveRefusedError):
    """Somebody changed the file after it was shown to this person."""

    def __init__(self) -> None:
        super().__init__(
            "Ce dossier a changé depuis que vous l’avez ouvert. Relisez-le avant de continuer."
        )


def lock(case_file: CaseFile, *, expected_version: int | None = None) -> CaseFile:
    """The row, locked and fresh, inside the caller's transaction.

    Raises StaleCaseFileError when its version is not the expected one.
    """
    locked = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    if expected_version is not None and locked.version != expected_version:
        raise StaleCaseFileError
    return locked


@transaction.atomic
def perform(
    case_file: CaseFile,
    name: str,
    *,
    actor: User,
    comment: str = "",
    at: datetime | None = None,
    expected_version: int | None = None,
    payload: dict[str, Any] | None = None,
) -> CaseFile:
    """Move a file and return it fresh.

    In this order, all or nothing: lock the row; check the state again on the locked row, the
    permission, the comment and the requirements; freeze what the rules say (submission);
    write state, dates, clock and version; append the event; let the programme and the layers
    above act (consequences.py); queue the e-mails. Raises MoveRefusedError with French reasons,
    and then changes nothing.
    """
    at = at or clock.now()
    transition = TRANSITIONS[name]
    locked = lock(case_file, expected_version=expected_version)
    _refuse_unless_possible(locked, transition, actor=actor, comment=comment, at=at)

    previous = locked.state
    changed = _apply(locked, transition, actor=actor, at=at)
    locked.save(update_fields=changed)
    event = CaseFileEvent.objects.create(
        case_file=locked,
        kind=EventKind.MOVED,
        at=at,
        actor=actor,
        transition=transition.name,
        from_state=previous,
        to_state=locked.state,
        comment=comment.strip(),
        payload=payload or {},
        is_public=_is_public(transition),
    )
    programmes[locked.programme].after(locked, transition, actor=actor)
    run_consequences(locked, event)
    notify_move(locked, transition, event)
    return locked


def _refuse_unless_possible(
    case_file: CaseFile, transition: Transition, *, actor: User, comment: str, at: datetime
) -> None:
    """Raises MoveRefusedError with the first kind of reason that stands in the way."""
    if case_file.state not in transition.sources:
        state = CaseFileState(case_file.state).label
        raise MoveRefusedError(
            f"« {transition.label} » n’est pas possible : le dossier est à l’état « {state} »."
        )
    if reason := PREDICATES[transition.permission](actor, case_file):
        raise MoveRefusedError(reason)
    if transition.comment_required and not comment.strip():
        raise MoveRefusedError("Ce changement demande une explication.")
    if transition.name == "submit" and (reason := _why_not_receive(case_file, at)):
        raise MoveRefusedError(reason)
    if reasons := unmet_requirements(case_file, transition):
        raise MoveRefusedError(*reasons)


def _why_not_receive(case_file: CaseFile, at: datetime) -> str:
    """Read on the locked row: a request is in time when it arrives in time."""
    if case_file.channel == enums.Channel.ARCHIVE:
        return ""
    return programmes[case_file.programme].why_not_receive(
        case_file, at=_received_at(case_file, at)
    )


def _received_at(case_file: CaseFile, at: datetime) -> datetime:
    """A letter that waited to be typed in was received when it came, and the law counts so."""
    return case_file.created_at if case_file.channel in enums.GUICHET_CHANNELS else at


def available_moves(case_file: CaseFile, user: User) -> list[tuple[Transition, tuple[str, ...]]]:
    """Every move that leaves the file's state, with the reasons against it (none: allowed).

    What the page of a move asks for itself is no reason (requirements.requires, `on_page`).
    Moves of the other decision route are left out: they never concern this programme.
    """
    route = programmes[case_file.programme].decided_by
    moves = []
    for transition in moves_from(case_file.state):
        if transition.route and transition.route != route:
            continue
        if reason := PREDICATES[transition.permission](user, case_file):
            reasons = [reason]
        else:
            reasons = unmet_requirements(case_file, transition, before_page=True)
        moves.append((transition, tuple(reasons)))
    return moves


def _is_public(transition: Transition) -> bool:
    """The inner discussion of a proposal is not shown to the applicant before the vote."""
    inner = {CaseFileState.PROPOSED, CaseFileState.UNDER_REVIEW}
    return transition.target not in inner or transition.name == "start_review"


def _apply(case_file: CaseFile, transition: Transition, *, actor: User, at: datetime) -> list[str]:
    """Set state, dates, owner, amounts and clock; return the names of the changed fields."""
    target = transition.target
    case_file.state = target
    case_file.state_changed_at = at
    case_file.version += 1
    changed = ["state", "state_changed_at", "version"]
    if transition.name == "submit":
        case_file.submitted_at = _received_at(case_file, at)
        received_on = clock.paris_date(case_file.submitted_at)
        changed += ["submitted_at", *freeze_rules(case_file, on=received_on)]
    if transition.name == "resubmit":
        case_file.change_requests.filter(answered_at=None).update(answered_at=at)
        # The day of the request still counts for zone and rates, not that of the correction.
        changed += freeze_rules(case_file, on=clock.paris_date(case_file.submitted_at or at))
    if transition.name == "start_review" or (
        target == CaseFileState.UNDER_REVIEW and case_file.owner_id is None
    ):
        case_file.owner = actor
        changed.append("owner")
    decided = target in enums.DECIDED_STATES
    if not decided or case_file.decided_at is None:
        case_file.decided_at = at if decided else None
        changed.append("decided_at")
    case_file.closed_at = at if target in enums.CLOSED_STATES else None
    decision = case_file.decision if target in enums.AWARDED_STATES else None
    case_file.granted_amount = decision.amount if decision else None
    return [*changed, "closed_at", "granted_amount", *refresh_clock(case_file)]


def freeze_rules(case_file: CaseFile, *, on: date) -> list[str]:
    """Keep what the rules say on a day (amount, lines, conditions); return changed fields."""
    programme = programmes[case_file.programme]
    programme.before_freeze(case_file, on=on)
    breakdown = programme.compute_amount(case_file, on=on)
    case_file.computed_amount = breakdown.total
    case_file.computation = breakdown.to_json()
    case_file.assessment = assess(case_file, on=on).to_json()
    return ["computed_amount", "computation", "assessment"]


def refresh_clock(case_file: CaseFile) -> list[str]:
    """Recompute the legal clock from the requests for corrections; return changed fields."""
    case_file.legal_due_on = case_file.clock_stopped_on = None
    running = (*enums.PENDING_STATES, CaseFileState.INCOMPLETE)
    if case_file.submitted_at and case_file.state in running:
        stops = clock_stops(case_file)
        case_file.legal_due_on = legal_clock.silence_date(
            clock.paris_date(case_file.submitted_at), stops=stops
        )
        if case_file.legal_due_on is None:
            case_file.clock_stopped_on = next(stop.start for stop in stops if stop.end is None)
    return ["legal_due_on", "clock_stopped_on"]


def clock_stops(case_file: CaseFile) -> tuple[legal_clock.Stop, ...]:
    """The times when an indispensable piece was awaited (CRPA L114-5)."""
    return tuple(
        legal_clock.Stop(
            start=clock.paris_date(request.requested_at),
            end=clock.paris_date(request.answered_at) if request.answered_at else None,
        )
        for request in case_file.change_requests.filter(stops_clock=True)
    )
