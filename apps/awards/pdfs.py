"""The document of a sitting: « ordre du jour » first, « relevé de décisions » once it closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from apps.accounts.models import User
from apps.awards.enums import Vote
from apps.awards.models import AgendaItem, Session
from apps.awards.tally import sum_label
from apps.awards.votes import tally
from apps.casefiles.enums import Outcome
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.core import clock
from apps.core.pdf import render_pdf
from apps.files.models import StoredFile
from apps.files.storage import store_bytes

_TEMPLATE = "awards/pdf/session.typ"


def render_session(
    session: Session, items: Sequence[AgendaItem], *, by: User, at: datetime
) -> bytes:
    """PDF of these items: votes and deliberation once the session has its deliberation."""
    return render_pdf(_TEMPLATE, session_data(session, items, by=by, at=at))


def store_report(
    session: Session, items: Sequence[AgendaItem], *, by: User, at: datetime
) -> StoredFile:
    """Render the report of a session that is being closed, and keep it for good."""
    return store_bytes(
        render_session(session, items, by=by, at=at),
        name=pdf_name(session),
        content_type="application/pdf",
        uploaded_by=by,
        at=at,
    )


def pdf_name(session: Session) -> str:
    kind = "releve-de-decisions" if session.deliberation else "ordre-du-jour"
    return f"{kind}-{slugify(session.label)}.pdf"


def session_data(
    session: Session, items: Sequence[AgendaItem], *, by: User, at: datetime
) -> dict[str, Any]:
    """What templates/awards/pdf/session.typ reads."""
    is_final = bool(session.deliberation)
    return {
        "title": "Relevé de décisions" if is_final else "Ordre du jour",
        "is_final": is_final,
        "sender": asdict(service()),
        "date": clock.paris_date(at),
        "label": session.label,
        "held_on": session.held_on or f"Date inconnue : {session.undated_reason}",
        "place": session.place,
        "deliberation": session.deliberation,
        "by": str(by),
        "outcome": tally(items).outcome if is_final else "",
        "summary": _summary(items, is_final=is_final),
        "lines": [_line(rank, item, is_final=is_final) for rank, item in enumerate(items, start=1)],
        "total": _total(items, is_final=is_final),
    }


def _is_counted(item: AgendaItem, *, is_final: bool) -> bool:
    """Whether it is proposed to grant, or granted once voted."""
    outcome = item.outcome if is_final else item.proposed_outcome
    return outcome == Outcome.GRANT


def _total(items: Sequence[AgendaItem], *, is_final: bool) -> str:
    """What these add up to, in words."""
    return sum_label(item.proposed_amount for item in items if _is_counted(item, is_final=is_final))


def _summary(items: Sequence[AgendaItem], *, is_final: bool) -> list[list[str]]:
    """One row a programme: label, number of files, euros."""
    rows: dict[str, list[AgendaItem]] = {}
    for item in items:
        rows.setdefault(item.case_file.programme, []).append(item)
    return [
        [programmes[slug].label, str(len(group)), _total(group, is_final=is_final)]
        for slug, group in rows.items()
    ]


def _line(rank: int, item: AgendaItem, *, is_final: bool) -> list[str]:
    counted = _is_counted(item, is_final=is_final)
    facts = "\n".join(f"{label} : {value}" for label, value in item.facts)
    return [
        str(item.annex_number or rank),
        item.case_file.reference,
        item.case_file.applicant_name,
        programmes[item.case_file.programme].label,
        facts,
        _proposal(item, with_amount=is_final),
        *([_vote(item)] if is_final else []),
        item.amount_label if counted else "",
    ]


def _proposal(item: AgendaItem, *, with_amount: bool) -> str:
    if item.proposed_outcome != Outcome.GRANT:
        return f"Refuser : {item.decision.reason}"
    return item.proposal_label if with_amount else "Accorder"


def _vote(item: AgendaItem) -> str:
    words = {
        Vote.FOLLOW: "Proposition suivie",
        Vote.REFUSE: f"Refusé : {item.reason}",
        Vote.ADJOURN: "Ajourné",
    }[Vote(item.vote)]
    return f"{words}\n{item.comment}" if item.comment else words
