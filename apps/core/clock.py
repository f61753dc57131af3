"""The one place that reads the time.

Functions that depend on time take `at` (aware datetime) or `on` (date, Europe/Paris) and only
fall back to this module at the edges (views, commands, `perform`). UTC inside, Paris outside.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Current instant, aware, UTC."""
    return timezone.now()


def today() -> date:
    """Current date in Paris."""
    return paris_date(now())


def paris_date(at: datetime) -> date:
    """Date in Paris at the instant `at`."""
    return at.astimezone(PARIS).date()
