"""The document of a sitting: « ordre du jour » first, « relevé de décisions » once it closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from apps.accounts.models import User
from apps.awards.enums import Vote
from apps.awards.models import AgendaItem, Session
from apps.awards.votes import tally
from apps.casefiles.enums import Outcome
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.core import clock
from apps.core.money import format_euros
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
        "total": format_euros(_total(items, is_final=is_final)),
    }


def _amount(item: AgendaItem, *, is_final: bool) -> Decimal | None:
    """Euros proposed, or granted once voted."""
    granted = not is_final or item.outcome == Outcome.GRANT
    return item.proposed_amount if granted else None


def _total(items: Sequence[AgendaItem], *, is_final: bool) -> Decimal:
    return sum((_amount(item, is_final=is_final) or Decimal(0) for item in items), Decimal(0))


def _summary(items: Sequence[AgendaItem], *, is_final: bool) -> list[list[str]]:
    """One row a programme: label, number of files, euros."""
    rows: dict[str, list[AgendaItem]] = {}
    for item in items:
        rows.setdefault(item.case_file.programme, []).append(item)
    return [
        [programmes[slug].label, str(len(group)), format_euros(_total(group, is_final=is_final))]
        for slug, group in rows.items()
    ]


def _line(rank: int, item: AgendaItem, *, is_final: bool) -> list[str]:
    amount = _amount(item, is_final=is_final)
    facts = "\n".join(f"{label} : {value}" for label, value in item.facts)
    return [
        str(item.annex_number or rank),
        item.case_file.reference,
        item.case_file.applicant_name,
        programmes[item.case_file.programme].label,
        facts,
        _proposal(item, with_amount=is_final),
        *([_vote(item)] if is_final else []),
        format_euros(amount) if amount is not None else "",
    ]


def _proposal(item: AgendaItem, *, with_amount: bool) -> str:
    if item.proposed_amount is None:
        return f"Refuser : {item.decision.reason}"
    return f"Accorder {format_euros(item.proposed_amount)}" if with_amount else "Accorder"


def _vote(item: AgendaItem) -> str:
    words = {
        Vote.FOLLOW: "Proposition suivie",
        Vote.REFUSE: f"Refusé : {item.reason}",
        Vote.ADJOURN: "Ajourné",
    }[Vote(item.vote)]
    return f"{words}\n{item.comment}" if item.comment else words
