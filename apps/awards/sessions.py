"""Plan a commission, change it, and close it: the closing decides every file at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.awards.agenda import hearing_payload, lock_case_files, lock_session
from apps.awards.enums import ItemStatus, SessionStatus, Vote
from apps.awards.envelopes import lock_envelopes
from apps.awards.models import AgendaItem, Session
from apps.awards.pdfs import store_report
from apps.awards.permissions import why_not_manage_sessions
from apps.awards.spending import YearShare, spending
from apps.awards.tally import Tally
from apps.awards.votes import CastVote, StaleAgendaError, fingerprint, record_votes, tally
from apps.casefiles.enums import EventKind, Outcome
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import record_decision
from apps.casefiles.transitions import MoveRefusedError, perform
from apps.core import clock
from apps.core.dates import format_date


class SessionClosedError(MoveRefusedError):
    """The session was closed already: somebody else, or a second click."""

    def __init__(self) -> None:
        super().__init__("Cette commission est déjà close.")


@transaction.atomic
def plan_session(
    *,
    label: str,
    held_on: date | None,
    actor: User,
    undated_reason: str = "",
    place: str = "",
    is_fictitious: bool = False,
) -> Session:
    """Create a sitting. Without a day (an act of the archive), say why it is unknown."""
    if reason := why_not_manage_sessions(actor):
        raise MoveRefusedError(reason)
    return Session.objects.create(
        label=label.strip(),
        held_on=held_on,
        undated_reason=undated_reason.strip(),
        place=place.strip(),
        is_fictitious=is_fictitious,
    )


@transaction.atomic
def change_session(
    *,
    session: Session,
    label: str,
    held_on: date | None,
    actor: User,
    undated_reason: str = "",
    place: str = "",
    at: datetime | None = None,
) -> Session:
    """Change a sitting that is not closed.

    Side effect: when the day changes, the story of each listed file tells the new one, to its
    applicant too. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    if reason := why_not_manage_sessions(actor):
        raise MoveRefusedError(reason)
    locked = lock_session(session)
    if locked.is_closed:
        raise SessionClosedError
    is_moved = locked.held_on != held_on
    locked.label, locked.place = label.strip(), place.strip()
    locked.held_on, locked.undated_reason = held_on, undated_reason.strip()
    locked.save(update_fields=["label", "place", "held_on", "undated_reason"])
    if is_moved and held_on:
        for case_file in lock_case_files(locked.items.listed().values_list("case_file", flat=True)):
            record_event(
                case_file,
                EventKind.HEARING_MOVED,
                actor=actor,
                at=at,
                payload={
                    **hearing_payload(locked),
                    "label": f"Commission déplacée au {format_date(held_on)}",
                },
            )
    return locked


@transaction.atomic
def delete_session(*, session: Session, actor: User) -> None:
    """Delete a sitting planned by mistake: nothing was ever on its agenda.

    Raises MoveRefusedError otherwise.
    """
    if reason := why_not_manage_sessions(actor):
        raise MoveRefusedError(reason)
    locked = lock_session(session)
    if locked.is_closed:
        raise SessionClosedError
    if locked.items.exists():
        raise MoveRefusedError("Des dossiers y ont été inscrits : cette commission reste.")
    locked.delete()


@transaction.atomic
def close_session(
    *,
    session: Session,
    actor: User,
    deliberation: str,
    votes: Mapping[int, CastVote] | None = None,
    expected: str = "",
    at: datetime | None = None,
) -> Tally:
    """Close a sitting: decide every file of its agenda, all or nothing.

    `votes` (by the item's primary key) are recorded first; without it, those kept as a draft
    count. `expected` is the fingerprint of what the person was shown. Side effects, in the order
    of the agenda: annex numbers; grants and rejections with their letters and e-mails, files
    adjourned go back to « Proposition à valider »; the report as a PDF; the session closed for
    good. Raises SessionClosedError, StaleAgendaError or MoveRefusedError with every reason: the
    envelope of a year that would be overspent is one, checked while it is locked.
    """
    at = at or clock.now()
    locked = lock_session(session)
    if locked.is_closed:
        raise SessionClosedError
    items = _locked_items(locked)
    if expected and fingerprint(items) != expected:
        raise StaleAgendaError
    if votes is not None:
        record_votes(session=locked, votes=votes, actor=actor)
        items = _locked_items(locked)
    shares = spending(items, on=locked.held_on or clock.paris_date(at))
    if reasons := why_not_close(
        locked, items, user=actor, deliberation=deliberation, shares=shares, at=at
    ):
        raise MoveRefusedError(*reasons)

    locked.deliberation = deliberation.strip()
    for annex_number, item in enumerate(items, start=1):
        item.annex_number, item.status = annex_number, ItemStatus.EXAMINED
    AgendaItem.objects.bulk_update(items, ["annex_number", "status"])
    for item in items:
        _decide(item, locked, actor=actor, at=at)

    locked.status = SessionStatus.CLOSED
    locked.closed_by, locked.closed_at = actor, at
    locked.report = store_report(locked, items, by=actor, at=at)
    locked.save(update_fields=["status", "deliberation", "closed_by", "closed_at", "report"])
    return tally(items)


def why_not_close(
    session: Session,
    items: list[AgendaItem],
    *,
    user: User,
    deliberation: str,
    shares: Iterable[YearShare],
    at: datetime,
) -> list[str]:
    """Every reason why these votes cannot be made final, in French; empty when they can."""
    reasons = [
        reason
        for reason in (
            why_not_manage_sessions(user),
            session.why_not_close(clock.paris_date(at)),
            "" if deliberation.strip() else "Indiquez le numéro de la délibération.",
            "" if items else "L’ordre du jour est vide : inscrivez d’abord des dossiers.",
        )
        if reason
    ]
    for item in items:
        if not item.vote:
            reasons.append(f"{item.case_file.reference} : il manque le vote.")
        elif item.vote != Vote.ADJOURN and item.decision.proposed_by_id == user.pk:
            reasons.append(
                f"{item.case_file.reference} : vous avez proposé cette décision, "
                "une autre personne doit clore la commission."
            )
    return reasons + [share.why_not for share in shares if share.why_not]


def _locked_items(session: Session) -> list[AgendaItem]:
    """The agenda, with its files locked: nobody can take one off any more, nor spend the money.

    Files are locked first, by primary key, then the envelopes of their programmes; only then is
    the agenda read, as it stands.
    """
    files = lock_case_files(session.items.listed().values_list("case_file", flat=True))
    lock_envelopes(case_file.programme for case_file in files)
    return list(session.items.listed().for_page())


def _decide(item: AgendaItem, session: Session, *, actor: User, at: datetime) -> CaseFile:
    try:
        if item.outcome is None:
            return perform(item.case_file, "adjourn", actor=actor, comment=item.comment, at=at)
        return record_decision(
            case_file=item.case_file,
            name="grant" if item.outcome == Outcome.GRANT else "reject",
            actor=actor,
            decided_on=session.held_on,
            deliberation=session.deliberation,
            rejected_because=item.reason,
            at=at,
        )
    except MoveRefusedError as refusal:
        raise MoveRefusedError(
            *(f"{item.case_file.reference} : {reason}" for reason in refusal.reasons)
        ) from refusal
