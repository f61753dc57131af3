"""What is paid back when a commitment stops before its end. Pure: plain values, no ORM.

product.md, « Law »: paid × remaining ÷ total. The unit is the day: months have 28 to 31 of them,
so that a count in months would make one day cost a month. Worked examples: docs/repayment.md.

- The total is the number of days from the first day of practice to the day before the same date
  `months` later. It never changes: a pause stops the clock, and the end moves by its days.
- The day on which the commitment stops is the last day practised: it counts as done.
- The amount is rounded to the cent, half up (core.money).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apps.core.dates import add_months, add_years, format_date
from apps.core.money import NO_BREAK_SPACE, format_euros, to_cents

ROUNDING = "arrondi au centime le plus proche, un demi-centime comptant pour un centime"


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Days that do not count, both included; no last day while it lasts."""

    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Term:
    """A commitment as the clock sees it: its length in months, its first day, its pauses.

    Pauses never overlap (the database refuses it); what lies outside the commitment is ignored.
    """

    months: int
    started_on: date
    pauses: tuple[Pause, ...] = ()

    @property
    def total_days(self) -> int:
        return (add_months(self.started_on, self.months) - self.started_on).days

    @property
    def last_day(self) -> date | None:
        """The last day owed, pauses included; None while a pause has no end."""
        end = self.started_on + timedelta(days=self.total_days)  # the day after
        for pause in sorted(self.pauses, key=lambda pause: pause.first_day):
            if pause.first_day >= end:
                break
            if pause.last_day is None:
                return None
            end += timedelta(days=_days(max(pause.first_day, self.started_on), pause.last_day))
        return end - timedelta(days=1)

    def elapsed_days(self, on: date) -> int:
        """Days practised up to `on` included, between 0 and the total."""
        paused = sum(
            _days(
                max(pause.first_day, self.started_on),
                on if pause.last_day is None else min(pause.last_day, on),
            )
            for pause in self.pauses
        )
        return min(_days(self.started_on, on) - paused, self.total_days)


def _days(first: date, last: date) -> int:
    """From one day to another, both included; 0 when the last comes first."""
    return max((last - first).days + 1, 0)


@dataclass(frozen=True, kw_only=True)
class Repayment:
    """What is paid back (`amount`, euros) if the commitment stops on a day, and how it comes."""

    on: date
    paid: Decimal
    total_days: int
    elapsed_days: int
    amount: Decimal

    @property
    def remaining_days(self) -> int:
        return self.total_days - self.elapsed_days

    @property
    def formula(self) -> str:
        """« 12 000 € × 913 jours restants ÷ 1 826 jours = 6 000 € »."""
        remaining = "jour restant" if self.remaining_days == 1 else "jours restants"
        words = (
            *(format_euros(self.paid), "×", _number(self.remaining_days), remaining),
            *("÷", _number(self.total_days), "jours", "=", format_euros(self.amount)),
        )
        return NO_BREAK_SPACE.join(words[:-2]) + f" ={NO_BREAK_SPACE}{words[-1]}"

    @property
    def explanation(self) -> str:
        """The whole reckoning in one French paragraph, with its rounding."""
        return (
            f"{format_euros(self.paid)} versés. Engagement de {_number(self.total_days)} jours, "
            f"dont {_number(self.elapsed_days)} accomplis au {format_date(self.on)} compris. "
            f"{self.formula}, {ROUNDING}."
        )


def _number(count: int) -> str:
    return f"{count:,}".replace(",", NO_BREAK_SPACE)


def why_not_compute(months: int | None) -> str:
    """Why nothing can be computed, in French; "" when the length is known."""
    if months is None:
        return (
            "La durée de l’engagement n’est pas fixée : le montant à rembourser ne se calcule pas."
        )
    return ""


def repayment(term: Term, *, paid: Decimal, on: date) -> Repayment:
    """What is paid back of `paid` euros when the last day practised is `on`.

    Before the first day nothing is done and all comes back; after the last, nothing does.
    """
    total, elapsed = term.total_days, term.elapsed_days(on)
    return Repayment(
        on=on,
        paid=paid,
        total_days=total,
        elapsed_days=elapsed,
        amount=to_cents(paid * (total - elapsed) / total),
    )


def never_begun(*, months: int, paid: Decimal, on: date) -> Repayment:
    """Nothing was practised: all comes back. The days are those of a commitment begun `on`."""
    total = Term(months=months, started_on=on).total_days
    return Repayment(on=on, paid=paid, total_days=total, elapsed_days=0, amount=to_cents(paid))


def yearly_repayments(*, months: int, started_on: date, amount: Decimal) -> Sequence[Repayment]:
    """The table of the agreement: stopping before it begins, after each full year, at the end.

    `amount` euros paid in full; the days are the last of each year of practice.
    """
    term = Term(months=months, started_on=started_on)
    eve = timedelta(days=1)
    end = add_months(started_on, months)
    years = range(1, -(-months // 12))
    days = (started_on, *(add_years(started_on, year) for year in years), end)
    return tuple(repayment(term, paid=amount, on=day - eve) for day in days)
