"""What a call's public page tells, as one frozen value: page, calendar, feed and rules read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.awards.models import Envelope
from apps.casefiles.public_facts import PieceFact, pieces_shown
from apps.core.compiled import rows
from apps.juries.models import Criterion
from apps.programmes.innovation.calls import SLUG
from apps.programmes.innovation.deadlines import Deadlines
from apps.programmes.innovation.models import Call


@dataclass(frozen=True, kw_only=True)
class ThemeFact:
    label: str
    description: str


@dataclass(frozen=True, kw_only=True)
class CriterionFact:
    """What the jury judges: marks from 0 to `highest`, counted `weight` times."""

    label: str
    help_text: str
    weight: Decimal
    highest: int


@dataclass(frozen=True, kw_only=True)
class CallFacts:
    """A call in words and dates, without anything of who answers it."""

    year: int
    title: str
    presentation: str
    perimeter: str
    rules: str
    themes: tuple[ThemeFact, ...]
    deadlines: Deadlines
    jury_on: date | None
    announced_on: date | None
    largest_amount: Decimal | None
    is_fictitious: bool
    has_rules_file: bool

    @property
    def has_rules(self) -> bool:
        return bool(self.rules) or self.has_rules_file


@dataclass(frozen=True, kw_only=True)
class WholeCall:
    """A call's page in full: also what it asks, and the budget voted for its year."""

    call: CallFacts
    questions: tuple[str, ...]
    pieces: tuple[PieceFact, ...]
    criteria: tuple[CriterionFact, ...]
    envelope: Decimal | None


@dataclass(frozen=True, kw_only=True)
class OpenCall:
    """The call that takes projects, as the aid's page names it."""

    year: int
    closes_at: datetime


def open_call(at: datetime) -> OpenCall | None:
    """The one of Call.objects.receiving(at): one query, whose SQL is built once a process."""
    return next(
        (
            OpenCall(year=year, closes_at=closes_at)
            for year, opens_at, closes_at in rows(_hours)
            if opens_at <= at <= closes_at
        ),
        None,
    )


def _hours() -> QuerySet[Call, Any]:
    """A row a year: few enough to choose among them here."""
    return Call.objects.published().values_list("year", "opens_at", "closes_at")


def call_facts(call: Call) -> CallFacts:
    """No query when `themes` are prefetched."""
    return CallFacts(
        year=call.year,
        title=str(call),
        presentation=call.presentation,
        perimeter=call.perimeter,
        rules=call.rules,
        themes=tuple(
            ThemeFact(label=theme.label, description=theme.description)
            for theme in call.themes.all()
        ),
        deadlines=call.deadlines,
        jury_on=call.jury_on,
        announced_on=call.announced_on,
        largest_amount=call.largest_amount,
        is_fictitious=call.is_fictitious,
        has_rules_file=call.rules_file_id is not None,
    )


def whole_call(call: Call) -> WholeCall:
    """Questions as published, or as they are being written before that: five queries."""
    published = call.question_sets.first()
    facts = published.facts if published else [question.fact for question in call.questions.all()]
    envelope = Envelope.objects.filter(programme=SLUG, year=call.year).with_figures().first()
    return WholeCall(
        call=call_facts(call),
        questions=tuple(fact.label for fact in facts),
        pieces=pieces_shown(SLUG),
        criteria=tuple(
            CriterionFact(
                label=criterion.label,
                help_text=criterion.help_text,
                weight=criterion.weight,
                highest=criterion.highest,
            )
            for criterion in Criterion.objects.filter(campaign=call.campaign_id)
        ),
        envelope=envelope.voted if envelope else None,
    )
