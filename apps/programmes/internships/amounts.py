"""The amount of the rural internship allowance. Pure: no ORM.

S1, l. 317-321: « un forfait selon la durée des stages […] de 60 € à 200 € par mois ». No text
says which length earns how much: staff fill the table of bands, and until they do the published
range is shown, never a guess.

The months are those of the calendar. A month begun or left on the way counts its days of
placement over the days of that month, to the cent; the aid is the sum of its months.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from apps.casefiles.amounts import AmountBreakdown, AmountLine, RateBook
from apps.core.dates import MONTHS, add_months, format_date
from apps.core.money import CENT, format_euros, to_cents

# S1, l. 318: what a month may be worth, whatever the band (the table's own CHECK).
MONTHLY_MINIMUM, MONTHLY_MAXIMUM = 60, 200
RANGE_MINIMUM = "range:min"
RANGE_MAXIMUM = "range:max"
# A longer placement is several requests: a slip in a year would plan hundreds of payments.
LONGEST_MONTHS = 24


@dataclass(frozen=True, kw_only=True)
class PlacementMonth:
    """The part of a placement that lies in one calendar month, both days included."""

    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def days_in_month(self) -> int:
        return monthrange(self.first_day.year, self.first_day.month)[1]

    @property
    def share(self) -> Fraction:
        """Of the monthly amount: 1 for a whole month."""
        return Fraction(self.days, self.days_in_month)

    @property
    def month_end(self) -> date:
        return self.first_day.replace(day=self.days_in_month)

    @property
    def label(self) -> str:
        """« novembre 2026 », or « du 16 au 30 novembre 2026 » for a part of it."""
        month = f"{MONTHS[self.first_day.month - 1]} {self.first_day.year}"
        if self.days == self.days_in_month:
            return month
        if self.days == 1:
            return f"le {format_date(self.first_day)}"
        first = "1er" if self.first_day.day == 1 else str(self.first_day.day)
        return f"du {first} au {self.last_day.day} {month}"


@dataclass(frozen=True, kw_only=True)
class BandFact:
    """A row of the table of bands: from how many days on, how many euros a month."""

    from_days: int
    monthly_amount: Decimal
    valid_from: date
    source: str

    @property
    def code(self) -> str:
        return f"band:{self.from_days}"


def months_of(first_day: date, last_day: date) -> tuple[PlacementMonth, ...]:
    """The calendar months of a placement. Raises ValueError when it ends before it begins."""
    if last_day < first_day:
        raise ValueError("A placement ends on or after its first day.")
    months = []
    day = first_day
    while day <= last_day:
        next_month = add_months(day.replace(day=1), 1)
        end = min(last_day, next_month - timedelta(days=1))
        months.append(PlacementMonth(first_day=day, last_day=end))
        day = next_month
    return tuple(months)


def month_amount(monthly: Decimal, month: PlacementMonth) -> Decimal:
    """Euros of one month, to the cent: all of it, or its days over those of the month."""
    return to_cents(monthly * month.days / month.days_in_month)


def total_amount(monthly: Decimal, months: Iterable[PlacementMonth]) -> Decimal:
    return sum((month_amount(monthly, month) for month in months), Decimal(0))


def band_for(days: int, bands: Iterable[BandFact]) -> BandFact | None:
    """The band of a placement of so many days: the highest one it reaches, None below all."""
    reached = [band for band in bands if band.from_days <= days]
    return max(reached, key=lambda band: band.from_days, default=None)


def compute(
    *, first_day: date, last_day: date, bands: Iterable[BandFact], rates: RateBook
) -> AmountBreakdown:
    """Breakdown in euros, one line a month; the published range while no band is set."""
    months = months_of(first_day, last_day)
    band = band_for((last_day - first_day).days + 1, bands)
    if band is None:
        return _range(months, rates)
    return AmountBreakdown(
        lines=tuple(
            AmountLine(
                label=f"{month.label.capitalize()}, {_days(month)}",
                amount=month_amount(band.monthly_amount, month),
                rate_code=band.code,
                source=band.source,
                valid_from=band.valid_from,
            )
            for month in months
        ),
        minimum=None,
        maximum=None,
        is_set=True,
        explanation=f"{format_euros(band.monthly_amount)} pour un mois complet.",
    )


def _days(month: PlacementMonth) -> str:
    return f"{month.days} jour{'s' if month.days > 1 else ''} sur {month.days_in_month}"


def _range(months: Sequence[PlacementMonth], rates: RateBook) -> AmountBreakdown:
    """What the published range gives for these months, and the sentence that says so."""
    minimum, maximum = rates.get(RANGE_MINIMUM), rates.get(RANGE_MAXIMUM)
    if minimum is None or maximum is None:
        return AmountBreakdown(lines=(), minimum=None, maximum=None, is_set=False)
    return AmountBreakdown(
        lines=(),
        minimum=total_amount(minimum.amount, months),
        maximum=total_amount(maximum.amount, months),
        is_set=False,
        explanation=(
            f"De {format_euros(minimum.amount)} à {format_euros(maximum.amount)} "
            "pour un mois complet. Le montant par mois est fixé par délibération."
        ),
    )


def shares(
    amount: Decimal, months: Sequence[PlacementMonth], *, lines: Sequence[Decimal] = ()
) -> tuple[Decimal, ...]:
    """What each month pays of an award of `amount` euros: they add up to it.

    The computed lines when they are that amount; for another amount, each month's part of it,
    rounded so that no cent is lost on the way.
    """
    if len(lines) == len(months) and sum(lines, Decimal(0)) == amount:
        return tuple(lines)
    whole = sum((month.share for month in months), Fraction(0))
    cents = int(amount / CENT)
    paid, until, parts = 0, Fraction(0), []
    for month in months:
        until += month.share
        reached = int(cents * until / whole)
        parts.append((reached - paid) * CENT)
        paid = reached
    return tuple(parts)
