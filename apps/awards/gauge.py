"""What everybody may know of a year's budget: a word, never an amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Value

from apps.awards.models import Envelope, Session
from apps.casefiles.enums import DecisionRoute
from apps.casefiles.programmes import programmes
from apps.core.compiled import Asked, rows

# « Il reste peu »: less than this share of what was voted is left. Staff read the rule on the
# envelope's page. What is left goes to the awards being prepared first: nobody is promised it.
LITTLE_LEFT = Decimal("0.20")
RULE = (
    f"« Il reste peu » : il reste moins de {LITTLE_LEFT:.0%} de l’enveloppe. "
    "« Épuisée » : il ne reste rien. Le public ne lit aucun montant."
).replace("%", "\u00a0%")


class GaugeLevel(models.TextChoices):
    ENOUGH = "ok", "Il reste assez"
    LITTLE = "todo", "Il reste peu"
    SPENT = "no", "L’enveloppe est épuisée"


def level(*, voted: Decimal, committed: Decimal) -> GaugeLevel:
    """The word for an envelope; the value is the tone of its chip."""
    remaining = voted - committed
    if remaining <= 0:
        return GaugeLevel.SPENT
    return GaugeLevel.LITTLE if remaining < voted * LITTLE_LEFT else GaugeLevel.ENOUGH


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """What an aid's page shows; `level` is None while no budget is recorded: nothing is said."""

    year: int
    level: GaugeLevel | None
    next_session: date | None


def public_gauge(programme: str, on: date) -> Gauge:
    """The gauge of a programme on a day, with the next sitting if it decides: one query."""
    found, next_session = None, None
    for voted, committed, held_on in rows(_figures, programme, on):
        if held_on is None:
            found = level(voted=voted, committed=committed)
        else:
            next_session = held_on
    return Gauge(year=on.year, level=found, next_session=next_session)


def gauge_asked(programme: str, on: date) -> Asked:
    """What public_gauge asks, to be read with other facts (core.compiled)."""
    return _figures, (programme, on)


def _figures(programme: str, on: date) -> models.QuerySet[Envelope, Any]:
    """(voted, committed, None) for the year's envelope, (None, None, day) for the next sitting."""
    envelopes = (
        Envelope.objects.filter(programme=programme, year=on.year)
        .with_figures()
        .order_by()
        .values_list("voted", "committed", Value(None, output_field=models.DateField()))
    )
    by_vote = programmes[programme].decided_by == DecisionRoute.COMMISSION
    nothing = Value(None, output_field=models.DecimalField())
    sittings = Session.objects.upcoming(on) if by_vote else Session.objects.none()
    days = sittings.values_list(nothing, nothing, F("held_on"))[:1]
    return envelopes.union(days, all=True)
