"""The interface's few building blocks: two filters for amounts and dates, and components.

A builtin library (settings.TEMPLATES): no {% load %} needed.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template

from apps.core import clock, dates, money

register = template.Library()


@register.filter
def euros(amount: Decimal | int | None) -> str:
    """« 37 000 € », or an empty string for no amount."""
    return "" if amount is None else money.format_euros(amount)


@register.filter
def day(value: date | datetime | None) -> str:
    """« 14 février 2027 »; a datetime is read in Paris."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.paris_date(value)
    return dates.format_date(value)


@register.filter
def moment(value: datetime | None) -> str:
    """« 14 février 2027 à 21 h 14 », in Paris."""
    return "" if value is None else dates.format_datetime(value)
