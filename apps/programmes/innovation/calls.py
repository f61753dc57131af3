"""Open a year's call, and publish what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.casefiles.models import Campaign
from apps.core import clock
from apps.core.dates import add_years
from apps.programmes.innovation.models import Call, Question, QuestionSet, Theme

SLUG = "innovation"
_QUESTION_WORDS = (
    *("position", "label", "help_text", "kind", "options", "max_length", "is_required"),
)


@transaction.atomic
def create_call(
    *,
    year: int,
    opens_at: datetime,
    closes_at: datetime,
    themes: Sequence[str] = (),
    **fields: Any,
) -> Call:
    """A call to write, that nobody sees yet, with the campaign that its files belong to."""
    call = Call(year=year, opens_at=opens_at, closes_at=closes_at, **fields)
    keep_campaign(call)
    call.save(force_insert=True)
    Theme.objects.bulk_create(
        Theme(call=call, label=label, position=position)
        for position, label in enumerate(themes, start=1)
    )
    return call


def keep_campaign(call: Call) -> None:
    """The campaign of a call follows its days; a call that is not saved yet gets one."""
    values = {
        "label": f"Appel {call.year}",
        "opens_on": clock.paris_date(call.opens_at),
        "closes_on": clock.paris_date(call.last_moment),
    }
    if call.campaign_id is None:
        call.campaign = Campaign.objects.create(programme=SLUG, **values)
        return
    for name, value in values.items():
        setattr(call.campaign, name, value)
    call.campaign.save(update_fields=list(values))


def why_not_publish(call: Call) -> list[str]:
    """What a call lacks before people read it, in French."""
    reasons = []
    if not call.themes.exists():
        reasons.append("Il manque au moins un thème.")
    if not call.perimeter.strip():
        reasons.append("Il manque le périmètre.")
    return reasons


@transaction.atomic
def copy_call(*, call: Call, year: int) -> Call:
    """A call of another year with the words, themes and questions of this one, not published.

    Its days are the same, so many years later; the jury and the announcement are to be set.
    Raises ValidationError when that year has its call.
    """
    if Call.objects.filter(year=year).exists():
        raise ValidationError("Il existe déjà un appel pour cette année.")
    kept = (
        "presentation",
        "perimeter",
        "rules",
        "grace_seconds",
        "largest_amount",
        "balance_percent",
    )
    later = year - call.year
    copied = create_call(
        year=year,
        opens_at=_years_later(call.opens_at, later),
        closes_at=_years_later(call.closes_at, later),
        is_fictitious=call.is_fictitious,
        **{name: getattr(call, name) for name in kept},
    )
    Theme.objects.bulk_create(
        Theme(
            call=copied,
            label=theme.label,
            description=theme.description,
            position=theme.position,
        )
        for theme in call.themes.all()
    )
    for question in call.questions.all():
        Question.objects.create(
            call=copied, **{name: getattr(question, name) for name in _QUESTION_WORDS}
        )
    return copied


def _years_later(at: datetime, years: int) -> datetime:
    """The same day and hour in Paris, so many years later."""
    local = at.astimezone(clock.PARIS)
    day = add_years(local.date(), years)
    return datetime.combine(day, local.time().replace(tzinfo=None), tzinfo=clock.PARIS)


@transaction.atomic
def publish_questions(*, call: Call, by: User | None, at: datetime) -> QuestionSet:
    """Freeze the call's questions as they are: files begun from now on answer this version.

    The same questions as in the last version make no other one.
    """
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    asked = [question.fact.to_json() for question in locked.questions.all()]
    last = locked.question_sets.first()
    if last and last.questions == asked:
        return last
    return QuestionSet.objects.create(
        call=locked,
        version=last.version + 1 if last else 1,
        questions=asked,
        published_at=at,
        published_by=by,
    )


@transaction.atomic
def publish_call(*, call: Call, by: User | None, at: datetime) -> Call:
    """Show the call to everybody, with the questions as they are."""
    publish_questions(call=call, by=by, at=at)
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.published_at is None:
        locked.published_at = at
        locked.save(update_fields=["published_at"])
    return locked
