"""The payments of an award on the beneficiary's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from apps.awards.enums import InstalmentStatus, ProofKind
from apps.awards.models import Instalment
from apps.awards.payment_words import next_payment, status_words
from apps.casefiles.enums import AWARDED_STATES, CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.sections import Action, Section, adds_section
from apps.core.words import lower_first

_S = InstalmentStatus
_TONES: dict[str, str] = {_S.AWAITED: "todo", _S.PAID: "ok", _S.CANCELLED: ""}
_PROVEN = (_S.RECEIVED, _S.DUE, _S.VALIDATED, _S.EXPORTED)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One payment as its beneficiary reads it; `proof_url` is where its piece is sent, or ""."""

    instalment: Instalment
    words: str
    tone: str
    proof_url: str


@adds_section
def payments_section(case_file: CaseFile) -> Section | None:
    """The schedule, what comes next, and the piece to send. One query."""
    if case_file.state not in AWARDED_STATES or case_file.channel == Channel.ARCHIVE:
        return None
    # Kept on the file, for the sections after this one.
    payments = Prefetch("instalments", Instalment.objects.order_by("rank"))
    prefetch_related_objects([case_file], payments)
    instalments = list(case_file.instalments.all())
    if not instalments:
        return None
    rows = [_row(case_file, instalment) for instalment in instalments]
    return Section(
        template="awards/payments.html",
        context={
            "rows": rows,
            "next": _next(instalments),
            "waits_for_agreement": case_file.state == CaseFileState.GRANTED,
        },
        actions=tuple(
            Action(
                label=f"Envoyer votre {lower_first(row.instalment.proof_label)}", url=row.proof_url
            )
            for row in rows
            if row.instalment.status == _S.AWAITED and row.proof_url
        ),
    )


def _row(case_file: CaseFile, instalment: Instalment) -> Row:
    is_open = (
        case_file.state == CaseFileState.ACTIVE
        and instalment.proof_kind == ProofKind.PIECE
        and instalment.status in (_S.PLANNED, _S.AWAITED, _S.RECEIVED)
    )
    return Row(
        instalment=instalment,
        words=status_words(instalment.status, instalment.paid_on),
        tone=_TONES.get(instalment.status, "info"),
        proof_url=reverse("awards:proof", args=[case_file.reference, instalment.rank])
        if is_open
        else "",
    )


def _next(instalments: Sequence[Instalment]) -> str:
    """The sentence about the next payment, "" when there is none to come."""
    waiting = (item for item in instalments if not (item.is_paid or item.is_cancelled))
    first = next(waiting, None)
    if first is None:
        return ""
    return next_payment(
        amount=first.amount,
        due_on=first.due_on,
        proof_kind=first.proof_kind,
        proof_label=first.proof_label,
        is_proven=first.status in _PROVEN,
    )
