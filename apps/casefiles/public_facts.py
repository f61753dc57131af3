"""What the public page of an aid reads of rates and pieces: a query each, nothing of a person.
What is `asked` can be read together with other facts (core.compiled).

Frozen, so that what is drawn from it can be kept (core.fragments).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from apps.casefiles.amounts import RateFact
from apps.casefiles.models import DocumentKind, Rate
from apps.casefiles.programmes import PAPER_FORM, programmes
from apps.core.compiled import Asked, rows


@dataclass(frozen=True, kw_only=True)
class PieceFact:
    """A piece asked for; `condition` says of whom (« si vous avez… »), empty for everybody."""

    label: str
    condition: str
    help_text: str


def rates_shown(programme: str, on: date) -> dict[str, RateFact]:
    """The rates of a programme in force on a day, by code (as RateQuerySet.book)."""
    return {
        code: RateFact(code=code, amount=amount, valid_from=valid_from, source=source)
        for code, amount, valid_from, source in rows(_rates, programme, on)
    }


def rates_asked(programme: str, on: date) -> Asked:
    return _rates, (programme, on)


def pieces_shown(programme: str) -> tuple[PieceFact, ...]:
    """The pieces that a programme asks online, in order; the scan of a paper form is none."""
    words = programmes[programme].piece_conditions
    return tuple(
        PieceFact(label=label, condition=words.get(condition, ""), help_text=help_text)
        for label, condition, help_text in rows(_pieces, programme)
    )


def pieces_asked(programme: str) -> Asked:
    return _pieces, (programme,)


def _rates(programme: str, on: date) -> QuerySet[Rate, Any]:
    found = Rate.objects.filter(programme=programme, valid_during__contains=on).order_by()
    return found.values_list("code", "amount", "valid_during__startswith", "source")


def _pieces(programme: str) -> QuerySet[DocumentKind, Any]:
    asked = DocumentKind.objects.asked_by(programme).exclude(condition=PAPER_FORM)
    return asked.values_list("label", "condition", "help_text")
