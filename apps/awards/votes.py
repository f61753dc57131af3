"""The votes of a sitting, kept as a draft until the session is closed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction

from apps.accounts.models import User
from apps.awards.agenda import lock_session
from apps.awards.enums import Vote
from apps.awards.models import AgendaItem, Session
from apps.awards.permissions import why_not_manage_sessions
from apps.awards.tally import Line, Tally, count_votes
from apps.casefiles.enums import Channel, Outcome
from apps.casefiles.transitions import MoveRefusedError


@dataclass(frozen=True, kw_only=True)
class CastVote:
    """The vote on one item: `reason` goes into the letter, `comment` stays at the guichet."""

    vote: Vote
    reason: str = ""
    comment: str = ""


class StaleAgendaError(MoveRefusedError):
    """The agenda or a vote changed after it was shown to this person."""

    def __init__(self) -> None:
        super().__init__(
            "L’ordre du jour ou un vote a changé depuis que vous avez ouvert cette page. "
            "Relisez avant de continuer."
        )


def fingerprint(items: Iterable[AgendaItem]) -> str:
    """Digest of what a page shows of an agenda: its files, their proposals and their votes."""
    shown = [
        (item.pk, item.decision_id, str(item.proposed_amount), item.vote, item.reason, item.comment)
        for item in sorted(items, key=lambda item: item.position)
    ]
    return sha256(json.dumps(shown).encode()).hexdigest()


def tally(items: Iterable[AgendaItem]) -> Tally:
    """What these votes amount to; reads the file of each item."""
    return count_votes(
        Line(
            reference=item.case_file.reference,
            vote=item.vote,
            outcome=item.outcome,
            amount=item.proposed_amount,
            has_letter=item.case_file.channel != Channel.ARCHIVE,
            has_email=bool(item.case_file.email),
        )
        for item in items
    )


def why_not_vote(item: AgendaItem, cast: CastVote) -> str:
    """Reason why this vote cannot stand as it is, or an empty string."""
    if cast.vote == Vote.REFUSE:
        if item.proposed_outcome != Outcome.GRANT:
            return "La proposition est déjà de refuser : choisissez de la suivre ou d’ajourner."
        if not cast.reason.strip():
            return "Indiquez le motif du refus : il figure dans la lettre."
    if cast.vote == Vote.ADJOURN and not cast.comment.strip():
        return "Dites en commentaire pourquoi l’examen est ajourné."
    return ""


@transaction.atomic
def record_votes(
    *,
    session: Session,
    votes: Mapping[int, CastVote],
    actor: User,
    expected: str = "",
) -> None:
    """Keep votes, by the item's primary key; the others stay as they are. Decides nothing.

    `expected` is the fingerprint of what the person saw. Raises MoveRefusedError with one reason
    an item, or StaleAgendaError; nothing is kept then.
    """
    if reason := why_not_manage_sessions(actor):
        raise MoveRefusedError(reason)
    locked = lock_session(session)
    if locked.is_closed:
        raise MoveRefusedError("Cette commission est close : ses votes ne changent plus.")
    items = list(
        locked.items.listed()
        .select_for_update(of=("self",))
        .select_related("case_file")
        .order_by("pk")
    )
    if expected and fingerprint(items) != expected:
        raise StaleAgendaError
    if not votes.keys() <= {item.pk for item in items}:
        raise StaleAgendaError
    cast = {item: votes[item.pk] for item in items if item.pk in votes}
    refusals = [
        f"{item.case_file.reference} : {reason}"
        for item, vote in cast.items()
        if (reason := why_not_vote(item, vote))
    ]
    if refusals:
        raise MoveRefusedError(*refusals)
    for item, vote in cast.items():
        item.vote = vote.vote
        item.reason = vote.reason.strip() if vote.vote == Vote.REFUSE else ""
        item.comment = vote.comment.strip()
        item.save(update_fields=["vote", "reason", "comment"])
