"""What a call's public page tells, as one frozen value: page, calendar, feed and rules read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, JSONObject

from apps.awards.models import Envelope
from apps.casefiles.public_facts import PieceFact, pieces_shown
from apps.core.compiled import rows
from apps.juries.models import Criterion
from apps.programmes.innovation.calls import SLUG
from apps.programmes.innovation.deadlines import Deadlines
from apps.programmes.innovation.models import Call, Question, QuestionSet, Theme


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


def with_parts(calls: QuerySet[Call]) -> QuerySet[Call]:
    """With what call_facts and whole_call read beside the row itself: one query in all."""
    versions = QuestionSet.objects.filter(call=OuterRef("pk")).order_by("-version")
    # Any: `voted` is one of the figures that mypy does not take for a column.
    envelopes: Any = Envelope.objects.filter(programme=SLUG, year=OuterRef("year")).with_figures()
    return calls.select_related("rules_file").annotate(
        theme_rows=ArraySubquery(
            Theme.objects.filter(call=OuterRef("pk")).values(
                row=JSONObject(label="label", description="description")
            )
        ),
        criterion_rows=ArraySubquery(
            Criterion.objects.filter(campaign=OuterRef("pk")).values(
                row=JSONObject(
                    label="label",
                    help_text="help_text",
                    weight=Cast("weight", CharField()),
                    highest="highest",
                )
            )
        ),
        published_questions=Subquery(versions.values("questions")[:1]),
        own_questions=ArraySubquery(
            Question.objects.filter(call=OuterRef("pk")).values_list("label")
        ),
        voted=Subquery(envelopes.order_by().values("voted")[:1]),
    )


def call_facts(call: Call) -> CallFacts:
    """Of a row read by with_parts(): no query."""
    row: Any = call  # what with_parts() adds is unknown to the model
    return CallFacts(
        year=call.year,
        title=str(call),
        presentation=call.presentation,
        perimeter=call.perimeter,
        rules=call.rules,
        themes=tuple(ThemeFact(**theme) for theme in row.theme_rows),
        deadlines=call.deadlines,
        jury_on=call.jury_on,
        announced_on=call.announced_on,
        largest_amount=call.largest_amount,
        is_fictitious=call.is_fictitious,
        has_rules_file=call.rules_file_id is not None,
    )


def whole_call(call: Call) -> WholeCall:
    """Of a row read by with_parts(), its questions as published, or as they are being written
    before that: one query, for the pieces."""
    row: Any = call
    published = row.published_questions
    return WholeCall(
        call=call_facts(call),
        questions=tuple(
            row.own_questions
            if published is None
            else (question["label"] for question in published)
        ),
        pieces=pieces_shown(SLUG),
        criteria=tuple(
            CriterionFact(**{**criterion, "weight": Decimal(criterion["weight"])})
            for criterion in row.criterion_rows
        ),
        envelope=row.voted,
    )
