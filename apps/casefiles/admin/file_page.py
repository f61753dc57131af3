"""A file as agents read it, top to bottom, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles import desk
from apps.casefiles.admin.moves import moves_for
from apps.casefiles.admin.pages import (
    TONES,
    draw,
    file_title,
    get_case_file,
    person,
    programme_label,
)
from apps.casefiles.documents import DocumentRow, PieceStatus, document_rows
from apps.casefiles.enums import ReviewStatus
from apps.casefiles.forms import all_answers
from apps.casefiles.messaging import MAX_LENGTH, mark_read
from apps.casefiles.models import CaseFile, CaseFileOpening, ChangeItem, ChangeRequest
from apps.casefiles.models.opening import OpenedBy
from apps.casefiles.permissions import why_not_caseworker, why_not_review_documents
from apps.core import clock

PIECE_TONES = {
    PieceStatus.MISSING: "no",
    PieceStatus.PROMISED: "todo",
    PieceStatus.RECEIVED: "info",
    PieceStatus.ACCEPTED: "ok",
    PieceStatus.REFUSED: "todo",
}
CHECK_TONES = {
    ReviewStatus.RECEIVED: "info",
    ReviewStatus.ACCEPTED: "ok",
    ReviewStatus.REFUSED: "todo",
}
# Committee members read what they vote on, not what agents note for themselves.
NOTE_READERS = (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT, Role.AUDITOR)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece asked for, with the tone of its state."""

    row: DocumentRow
    tone: str


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A request for corrections with its points, and what each answer became."""

    request: ChangeRequest
    points: Sequence[tuple[ChangeItem, str]]


def show_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Side effects: the visit is kept (« ouvert par … »), the applicant's messages are read."""
    case_file = get_case_file(request, pk, joined=desk.joined_relations(), with_facts=True)
    return draw(request, "file.html", file_context(case_file, person(request)))


def file_context(case_file: CaseFile, user: User) -> dict[str, Any]:
    now = clock.now()
    why_not_work = why_not_caseworker(user, case_file)
    messages = list(case_file.messages.select_related("author", "read_by"))
    if not why_not_work and any(not m.is_from_staff and m.read_at is None for m in messages):
        mark_read(case_file=case_file, reader=user, at=now)
    pieces = [Piece(row=row, tone=PIECE_TONES[row.status]) for row in document_rows(case_file)]
    answers = all_answers(case_file)
    events = list(case_file.events.select_related("actor").order_by("-at", "-id"))
    desk.read_ahead(case_file)
    return {
        "title": file_title(case_file),
        "case_file": case_file,
        "programme": programme_label(case_file.programme),
        "tone": TONES[case_file.state],
        "days_left": case_file.days_left(clock.paris_date(now)),
        "others": _others(case_file, user) if not why_not_work else [],
        "moves": moves_for(case_file, user),
        "can_work": not why_not_work,
        "can_check": not why_not_review_documents(user, case_file),
        "answers": answers,
        "unanswered": [item.label for item in answers if not item.value],
        "breakdown": case_file.breakdown,
        "eligibility": case_file.eligibility,
        "decision": case_file.decision,
        "pieces": pieces,
        "missing": [piece for piece in pieces if _is_awaited(piece.row)],
        "corrections": _corrections(case_file, {item.key: item.value for item in answers})
        if any(event.transition == "request_changes" for event in events)
        else [],
        "thread": messages,
        "may_read_notes": may_read_notes(user, case_file),
        "notes": case_file.notes.select_related("author"),
        "longest_message": MAX_LENGTH,
        "events": events,
        "panels": list(desk.panels(case_file, user)),
    }


def _others(case_file: CaseFile, user: User) -> list[OpenedBy]:
    return CaseFileOpening.record(case_file, user, at=clock.now())


def _is_awaited(row: DocumentRow) -> bool:
    return row.kind.is_required and row.status in {
        PieceStatus.MISSING,
        PieceStatus.PROMISED,
        PieceStatus.REFUSED,
    }


def _corrections(case_file: CaseFile, now: dict[str, str]) -> list[Correction]:
    """The requests, latest first; one query. `now`: the answers as they are, by key."""
    items = (
        ChangeItem.objects.filter(request__case_file=case_file)
        .select_related("request__requested_by")
        .order_by("-request__requested_at", "id")
    )
    requests: dict[int, ChangeRequest] = {}
    points: dict[int, list[tuple[ChangeItem, str]]] = {}
    for item in items:
        requests[item.request_id] = item.request
        points.setdefault(item.request_id, []).append((item, now.get(item.key, "")))
    return [Correction(request=requests[pk], points=points[pk]) for pk in requests]


def may_read_notes(user: User, case_file: CaseFile) -> bool:
    return user.is_superuser or user.has_role(*NOTE_READERS, programme=case_file.programme)
