"""Write one line of a file's story."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.casefiles.enums import EventKind
from apps.casefiles.models import CaseFile, CaseFileEvent


def record_event(
    case_file: CaseFile,
    kind: EventKind,
    *,
    actor: User | None,
    at: datetime,
    comment: str = "",
    payload: dict[str, Any] | None = None,
    is_public: bool = True,
) -> CaseFileEvent:
    """Append an event other than a move (moves are written by transitions.perform)."""
    return CaseFileEvent.objects.create(
        case_file=case_file,
        kind=kind,
        actor=actor,
        at=at,
        comment=comment,
        payload=payload or {},
        is_public=is_public,
    )
