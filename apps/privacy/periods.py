"""The lengths in force: what staff decided, else the rule's default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject

from apps.core.retention import Length, RetentionRule, Unit, rules
from apps.privacy.models import RetentionPeriod

TO_VALIDATE = "à valider par le DPO"


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One line of the table, as it holds now."""

    rule: RetentionRule
    length: Length | None
    is_validated: bool
    source: str

    @property
    def words(self) -> str:
        """« 2 ans après le refus »."""
        return f"{self.length.words} {self.rule.starts}" if self.length else "Durée à fixer"


def rule_lines(periods: Iterable[RetentionPeriod] | None = None) -> list[RuleLine]:
    """Every rule of the portal, in order: one query, unless what staff decided is given."""
    decided = {
        period.rule: period
        for period in (RetentionPeriod.objects.all() if periods is None else periods)
    }
    return [_line(rule, decided.get(rule.code)) for rule in rules()]


def lengths(periods: Iterable[RetentionPeriod] | None = None) -> dict[str, Length | None]:
    """By the rule's code, as `rule_lines`."""
    return {line.rule.code: line.length for line in rule_lines(periods)}


def decided_periods() -> ArraySubquery:
    """What staff decided, to read with another row: keyword arguments of RetentionPeriod."""
    row = JSONObject(rule="rule", length="length", unit="unit")
    return ArraySubquery(RetentionPeriod.objects.order_by().values(row=row))


def _line(rule: RetentionRule, period: RetentionPeriod | None) -> RuleLine:
    if period is None:
        return RuleLine(rule=rule, length=rule.default, is_validated=False, source=rule.source)
    length = (
        Length(number=period.length, unit=Unit(period.unit)) if period.length is not None else None
    )
    return RuleLine(
        rule=rule,
        length=length,
        is_validated=period.is_validated,
        source=period.source or rule.source,
    )
