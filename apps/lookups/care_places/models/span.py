"""When hours are open, as intervals that SQL can read: « ouvert maintenant » is a filter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models, transaction
from django.db.models import F, Min, Q

from apps.core.opening import open_spans

# The job fills it anew each night: should it fail for weeks, the filter still answers.
KNOWN_AHEAD = timedelta(days=45)


class OpenSpanQuerySet(models.QuerySet["OpenSpan"]):
    def ensure(self, texts: Iterable[str], *, at: datetime) -> int:
        """Write the intervals of the hours that have none yet; how many hours were new.

        Hours never change their meaning: another week is another text, so nothing here can be
        old. Side effects: one insert for all of them.
        """
        wanted = {text for text in texts if text}
        known = set(self.filter(hours__in=wanted).values_list("hours", flat=True))
        missing = sorted(wanted - known)
        self._write(missing, at=at)
        return len(missing)

    @transaction.atomic
    def renew(self, texts: Iterable[str], *, at: datetime) -> int:
        """The intervals of these hours from `at` on, and of no others; how many intervals.

        Side effects: replaces the whole table; pages read the old one until the commit.
        """
        self.all().delete()
        return self._write(sorted({text for text in texts if text}), at=at)

    def next_change(self, at: datetime) -> datetime | None:
        """The first opening or closing after `at`, of any hours. 1 query."""
        opens, closes = F("during__startswith"), F("during__endswith")
        spans = self.annotate(opens=opens, closes=closes)
        found = spans.aggregate(
            opening=Min("opens", filter=Q(opens__gt=at)),
            closing=Min("closes", filter=Q(closes__gt=at)),
        )
        return min(filter(None, found.values()), default=None)

    def _write(self, texts: Iterable[str], *, at: datetime) -> int:
        spans = [
            OpenSpan(hours=text, during=(start, end))
            for text in texts
            for start, end in open_spans(text, at, at + KNOWN_AHEAD)
        ]
        # Two agents may bring the same hours at the same moment: both write the same intervals.
        self.bulk_create(spans, ignore_conflicts=True)
        return len(spans)


class OpenSpan(models.Model):
    """One interval during which whoever keeps these hours is open."""

    hours = models.CharField("horaires", max_length=300)
    during = DateTimeRangeField("ouvert")

    objects: ClassVar[models.Manager[OpenSpan]] = OpenSpanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "plage d’ouverture"
        verbose_name_plural = "plages d’ouverture"
        constraints = (
            ExclusionConstraint(
                name="open_span_no_overlap",
                expressions=(
                    ("hours", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
                violation_error_message="Ces horaires ont déjà une plage à cet instant.",
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__lower_inf=False)
                & Q(during__upper_inf=False),
                name="open_span_has_both_ends",
                violation_error_message="Une plage a un début et une fin.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.hours} : {self.during}"
