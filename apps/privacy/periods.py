"""The lengths in force: what staff decided, else the rule's default."""

from __future__ import annotations

from dataclasses import dataclass

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


def rule_lines() -> list[RuleLine]:
    """Every rule of the portal, in order: one query."""
    decided = {period.rule: period for period in RetentionPeriod.objects.all()}
    return [_line(rule, decided.get(rule.code)) for rule in rules()]


def lengths() -> dict[str, Length | None]:
    """By the rule's code: one query."""
    return {line.rule.code: line.length for line in rule_lines()}


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
