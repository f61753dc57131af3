"""The story of a file as its applicant reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from apps.casefiles.enums import EventKind
from apps.casefiles.models import CaseFile, CaseFileEvent

# Comments written for the applicant. The others are the guichet's own words.
_COMMENTED = {"request_changes", "dismiss", "withdraw", "terminate"}
_PIECES = {
    EventKind.DOCUMENT_ADDED,
    EventKind.DOCUMENT_REMOVED,
    EventKind.DOCUMENT_PROMISED,
}


@dataclass(frozen=True, kw_only=True)
class IssuedLetter:
    """A letter to download: its primary key and its name."""

    pk: int
    label: str
    at: datetime


@dataclass(kw_only=True)
class Entry:
    """One line of the story: what, when, by whom (« vous », « le guichet » or nobody), and why."""

    label: str
    at: datetime
    by: str
    comment: str = ""
    letters: list[IssuedLetter] = field(default_factory=list)


def build_timeline(case_file: CaseFile, events: Iterable[CaseFileEvent]) -> list[Entry]:
    """Public events in order; a letter goes with the move that issued it.

    Pieces joined while the request was being written are left out: sending it tells the story.
    """
    entries: list[Entry] = []
    for event in events:
        if not event.is_public or _is_drafting(case_file, event):
            continue
        if event.kind == EventKind.LETTER_ISSUED and event.salt:  # erased: no letter is left
            letter = IssuedLetter(pk=event.payload["letter"], label=event.label, at=event.at)
            if not entries or entries[-1].at != event.at:
                entries.append(Entry(label=event.label, at=event.at, by=""))
            entries[-1].letters.append(letter)
            continue
        entries.append(
            Entry(
                label=_label(case_file, event),
                at=event.at,
                by=_by(case_file, event),
                comment=_comment(event),
            )
        )
    return entries


def issued_letters(entries: Iterable[Entry]) -> list[IssuedLetter]:
    """Every letter of the story, latest first."""
    return [letter for entry in entries for letter in entry.letters][::-1]


def _is_drafting(case_file: CaseFile, event: CaseFileEvent) -> bool:
    sent_at = case_file.submitted_at
    return event.kind in _PIECES and (sent_at is None or event.at < sent_at)


def _by(case_file: CaseFile, event: CaseFileEvent) -> str:
    if event.actor_id is None:
        return ""
    return "vous" if event.actor_id == case_file.applicant_id else "le guichet"


def _label(case_file: CaseFile, event: CaseFileEvent) -> str:
    if event.kind == EventKind.MESSAGE_SENT:
        return "Message envoyé" if event.actor_id == case_file.applicant_id else "Message reçu"
    return event.label


def _comment(event: CaseFileEvent) -> str:
    if event.kind == EventKind.MOVED and event.transition not in _COMMENTED:
        return ""
    return event.comment
