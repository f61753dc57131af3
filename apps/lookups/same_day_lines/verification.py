"""Staff call a number, and say that it answers; or that another one answers in its place."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.lookups.same_day_lines.models import Line, LineQuerySet


@transaction.atomic
def verify_lines(*, lines: LineQuerySet, by: User, on: date) -> int:
    """Record that `by` checked `lines` on the day `on`; how many lines.

    Side effects: a version of each line in its history. The pages show the new date within ten
    seconds (pages.KEPT_FOR).
    """
    return lines.update(verified_on=on, verified_by=by)


@transaction.atomic
def supersede_lines(*, lines: LineQuerySet, by_line: Line) -> int:
    """From now on the pages send to `by_line` instead of `lines`; how many lines.

    Side effects: `by_line` itself is left alone and loses any successor of its own; a version of
    each line in its history; loading the files no longer changes these lines.
    """
    Line.objects.filter(pk=by_line.pk, superseded_by__isnull=False).update(superseded_by=None)
    return lines.exclude(pk=by_line.pk).update(superseded_by=by_line, edited_by_staff=True)
