"""The lengths in force: what staff decided, else the rule's default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject

from apps.accounts.models import User
from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.casefiles.transitions import MoveRefusedError
from apps.core.retention import Length, RetentionRule, Unit, rules
from apps.privacy.models import RetentionPeriod

READERS = (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT, Role.AUDITOR)


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


def lines_for(user: User) -> list[RuleLine]:
    """What the table shows to somebody: the rules of all, and those of their programmes."""
    scopes = user.programmes_for(*READERS)
    return [
        line
        for line in rule_lines()
        if scopes is None or not line.rule.programme or line.rule.programme in scopes
    ]


def why_not_set_period(user: User, rule: RetentionRule) -> str:
    """A length of a programme is set by its head; of all of them, by whoever heads them all."""
    if reason := why_not_role(user, Role.HEAD):
        return reason
    if user.has_role(Role.HEAD, programme=rule.programme):
        return ""
    if rule.programme:
        return "Cette durée est celle d’un dispositif dont vous n’êtes pas responsable."
    return "Cette durée vaut pour tout le portail : le responsable de tous les dispositifs la fixe."


def set_period(
    *, rule: RetentionRule, actor: User, length: Length | None, source: str, is_validated: bool
) -> RetentionPeriod:
    """Write what staff decided for a rule; no length leaves it open. Raises MoveRefusedError.

    Side effect: the history of this length keeps who wrote it.
    """
    if reason := why_not_set_period(actor, rule):
        raise MoveRefusedError(reason)
    period, _ = RetentionPeriod.objects.update_or_create(
        rule=rule.code,
        defaults={
            "length": length.number if length else None,
            "unit": length.unit.value if length else "",
            "source": source,
            "is_validated": is_validated,
        },
    )
    return period


def lengths(periods: Iterable[RetentionPeriod] | None = None) -> dict[str, Length | None]:
    """By the rule's code, as `rule_lines`."""
    return {line.rule.code: line.length for line in rule_lines(periods)}


def unset(lines: Iterable[RuleLine]) -> Sequence[RuleLine]:
    """Those without a length, which erase nothing."""
    return [line for line in lines if line.length is None]


def labels_of(lines: Iterable[RuleLine]) -> list[str]:
    """« demande retirée », « comptes sans demande »: what these lines are about, each once."""
    labels = dict.fromkeys(line.rule.label for line in lines)
    return [label[0].lower() + label[1:] for label in labels]


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
