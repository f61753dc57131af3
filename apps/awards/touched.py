"""« Engagements touchés »: what a new zoning file changes around commitments that go on.

For information: the right to the aid stays that of the day of the decision.
"""

from __future__ import annotations

from collections.abc import Iterator

from apps.awards.models import Commitment
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.territory.models import ZoneClass
from apps.territory.reports import reports_after_loading

_NO_ZONE = "hors de tout zonage en vigueur"


def zone_label(zone_class: str | None) -> str:
    """The class in words; None for a place that no zone covers any more."""
    return str(ZoneClass(zone_class).label) if zone_class else _NO_ZONE


def zone_now(commitment: Commitment) -> str | None:
    """The class of today that CommitmentQuerySet.touched() read."""
    found: str | None = getattr(commitment, "zone_now")  # noqa: B009 - an annotation
    return found


@reports_after_loading
def touched_commitments() -> Iterator[str]:
    """What `load_territory` says at its end: one line a commitment. One query."""
    touched = (
        Commitment.objects.touched(clock.today())
        .select_related("case_file", "commune")
        .order_by("case_file__reference")
    )
    lines = [
        f"  {commitment.case_file.reference} "
        f"({programmes[commitment.case_file.programme].label}, {commitment.commune}) : "
        f"{zone_label(commitment.zone_class)} → {zone_label(zone_now(commitment))}"
        for commitment in touched
    ]
    yield f"engagements touchés : {len(lines)}"
    yield from lines
