"""What staff set for this aid, as it stands on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DecimalField,
    F,
    IntegerField,
    QuerySet,
    Value,
)
from django.db.models.functions import Lower

from apps.casefiles.amounts import RateFact
from apps.casefiles.models import Rate
from apps.core.compiled import Asked, rows
from apps.programmes.internships.amounts import RANGE_MAXIMUM, RANGE_MINIMUM, BandFact
from apps.programmes.internships.eligibility import RuralRuleFact
from apps.programmes.internships.models import DurationBand, RuralRule
from apps.territory.models import Density

_RULE, _BAND = "rule", "band"


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """The definition of « rural » (None: unset), the bands, and the published range by code."""

    rule: RuralRuleFact | None
    bands: tuple[BandFact, ...]
    rates: Mapping[str, RateFact]

    @property
    def minimum(self) -> RateFact | None:
        """The lowest published amount for a month."""
        return self.rates.get(RANGE_MINIMUM)

    @property
    def maximum(self) -> RateFact | None:
        return self.rates.get(RANGE_MAXIMUM)


def read_rulebook(programme: str, on: date) -> Rulebook:
    """All three tables in one query: the aid's pages have few to spend."""
    rules, bands, rates = [], [], {}
    for kind, number, amount, valid_from, source, is_validated in rows(_figures, programme, on):
        if kind == _RULE:
            rules.append(
                RuralRuleFact(
                    minimum_density=number,
                    label=str(Density(number).label),
                    source=source,
                    is_validated=is_validated,
                )
            )
        elif kind == _BAND:
            bands.append(
                BandFact(
                    from_days=number, monthly_amount=amount, valid_from=valid_from, source=source
                )
            )
        else:
            rates[kind] = RateFact(code=kind, amount=amount, valid_from=valid_from, source=source)
    return Rulebook(
        rule=rules[0] if rules else None,
        bands=tuple(sorted(bands, key=lambda band: band.from_days)),
        rates=rates,
    )


def rulebook_asked(programme: str, on: date) -> Asked:
    """What read_rulebook asks, to be read with other facts (core.compiled)."""
    return _figures, (programme, on)


def _figures(programme: str, on: date) -> QuerySet[RuralRule, Any]:
    """(what, level or days, amount, first day, source, is validated); a rate's code is its what."""
    unused = Value(False, output_field=BooleanField())
    rules = RuralRule.objects.filter(valid_during__contains=on).values_list(
        Value(_RULE, output_field=CharField()),
        F("minimum_density"),
        Value(None, output_field=DecimalField()),
        Lower("valid_during"),
        F("source"),
        F("is_validated"),
    )
    bands = DurationBand.objects.filter(valid_during__contains=on).values_list(
        Value(_BAND, output_field=CharField()),
        *("from_days", "monthly_amount", Lower("valid_during"), "source", unused),
    )
    rates = Rate.objects.filter(programme=programme, valid_during__contains=on).values_list(
        F("code"),
        Value(0, output_field=IntegerField()),
        *("amount", Lower("valid_during"), "source", unused),
    )
    return rules.order_by().union(bands.order_by(), rates.order_by(), all=True)
