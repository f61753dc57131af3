"""What the page of a file says of its commitment: the few facts that it shows, in one query.

The commitment's own page shows every row, in standing.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from apps.awards.clawbacks import Quote, reckon
from apps.awards.enums import ClawbackStatus
from apps.awards.models import (
    Clawback,
    Commitment,
    CommitmentPause,
    CommitmentProof,
    Instalment,
    Promise,
)
from apps.casefiles.models import CaseFile
from apps.core.compiled import instances

_M = TypeVar("_M", bound=Model)
_PROOF = ("pk", "due_on", "asked_at")
_PROMISE = ("pk", "label", "due_on", "status")
_CLAWBACK = ("pk", "cause", "amount", "status", "explanation", "number")
_KEPT = (ClawbackStatus.ISSUED, ClawbackStatus.PAID)


@dataclass(frozen=True, kw_only=True)
class CommitmentGlance:
    """`quote`: what would come back if the practice stopped on the day; None once it is over.

    The rows only have the columns that the page reads.
    """

    commitment: Commitment
    last_day: date | None
    quote: Quote | None
    next_proof: CommitmentProof | None
    promises: Sequence[Promise]  # still open
    clawbacks: Sequence[Clawback]


def glance_at(case_file: CaseFile, *, on: date) -> CommitmentGlance | None:
    """None for an award that asks for no commitment. One query."""
    found: list[Any] = instances(_with_rows, case_file=case_file.pk)
    if not found:
        return None
    [row] = found
    commitment: Commitment = row
    commitment.case_file = case_file
    term = commitment.term_with([CommitmentPause(days=days) for days in row.paused])
    clawbacks = _read(Clawback, row.asked_back)
    back = (clawback.amount for clawback in clawbacks if clawback.status in _KEPT)
    paid = sum(row.payments, Decimal(0)) - sum(back, Decimal(0))
    proofs = _read(CommitmentProof, row.awaited)
    return CommitmentGlance(
        commitment=commitment,
        last_day=commitment.ended_on or (term.last_day if term else None),
        quote=reckon(commitment.months, term, paid=paid, on=on) if commitment.is_open else None,
        next_proof=proofs[0] if proofs else None,
        promises=_read(Promise, row.promised),
        clawbacks=clawbacks,
    )


def _with_rows(*, case_file: int) -> QuerySet[Any]:
    """The commitment of a file with the rows around it, an array a table."""
    own, of_file = {"commitment": OuterRef("pk")}, {"case_file": OuterRef("case_file")}
    pauses = CommitmentPause.objects.filter(**own).order_by("days")
    awaited = CommitmentProof.objects.awaited().filter(**own).order_by("due_on")
    payments = Instalment.objects.paid().filter(**of_file)
    return Commitment.objects.filter(case_file=case_file).annotate(
        paused=ArraySubquery(pauses.values_list("days")),
        awaited=_rows_of(awaited, _PROOF),
        promised=_rows_of(Promise.objects.open().filter(**own).order_by("pk"), _PROMISE),
        asked_back=_rows_of(Clawback.objects.filter(**of_file), _CLAWBACK),
        payments=ArraySubquery(payments.values_list("amount")),
    )


def _rows_of(rows: QuerySet[Any], names: Sequence[str]) -> ArraySubquery:
    """These columns of each row as text, so that no euro becomes a binary fraction."""
    columns = {name: Cast(name, TextField()) for name in names}
    return ArraySubquery(rows.values(row=JSONObject(**columns)))


def _read(model: type[_M], rows: Sequence[dict[str, str | None]]) -> list[_M]:
    """What `_rows_of` took, as rows of their model again."""
    return [
        model(**{name: _field(model, name).to_python(value) for name, value in row.items()})
        for row in rows
    ]


def _field(model: type[Model], name: str) -> Any:
    meta = model._meta  # noqa: SLF001 - Django documents this interface
    return meta.pk if name == "pk" else meta.get_field(name)
