"""Open a year's call, and publish what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.casefiles.models import Campaign
from apps.core import clock
from apps.programmes.innovation.models import Call, QuestionSet, Theme

SLUG = "innovation"


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
    campaign = Campaign.objects.create(
        programme=SLUG,
        label=f"Appel {year}",
        opens_on=clock.paris_date(opens_at),
        closes_on=clock.paris_date(closes_at),
    )
    call = Call.objects.create(
        campaign=campaign, year=year, opens_at=opens_at, closes_at=closes_at, **fields
    )
    Theme.objects.bulk_create(
        Theme(call=call, label=label, position=position)
        for position, label in enumerate(themes, start=1)
    )
    return call


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
