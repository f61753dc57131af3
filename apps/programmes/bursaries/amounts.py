"""The amount of a student bursary for one school year. Pure: no ORM.

S1, l. 192-206, gives no scale: it gives the amounts voted in 2023, and what a bursary reaches
over the whole course. So the amount of a year stays unset and is shown as a range, until the
head of the guichet sets it; whatever is granted stays under the cap of the whole course.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from apps.casefiles.amounts import AmountBreakdown, AmountLine, RateBook
from apps.core.money import format_euros
from apps.programmes.bursaries.tracks import TRACKS, Track, year_of_study_label

RANGE_MINIMUM = "range:min"
RANGE_MAXIMUM = "range:max"


def year_code(track: str, year: int) -> str:
    """Code of the amount of one year of a track; no text gives one yet."""
    return f"year:{track}:{year}"


def bounds_codes(track: Track) -> Iterator[tuple[str, str]]:
    """The pairs of codes to look for, the nearest to the student's case first."""
    for name in (track.slug, track.group):
        if name:
            yield f"min:{name}", f"max:{name}"
    yield RANGE_MINIMUM, RANGE_MAXIMUM


def cap(track: str, rates: RateBook) -> Decimal | None:
    """Euros that the bursaries of one student may reach over the course; None when unset."""
    return _first(rates, track, "cap")


def lowest_total(track: str, rates: RateBook) -> Decimal | None:
    """The lowest total over the course that is published, in euros."""
    return _first(rates, track, "total-min")


def bounds(track: str, rates: RateBook) -> tuple[Decimal, Decimal] | None:
    """The published range that is nearest to this track, in euros."""
    for low, high in bounds_codes(TRACKS[track]):
        if low in rates and high in rates:
            return rates[low].amount, rates[high].amount
    return None


def compute(
    *, track: str, year: int | None, rates: RateBook, granted: Decimal = Decimal(0)
) -> AmountBreakdown:
    """Breakdown in euros for one school year, `granted` being what earlier years were given.

    `maximum` is never above what is left under the cap. An amount set by the head for that year
    makes a line, cut down to what is left.
    """
    remaining = _remaining(track, rates, granted)
    known = bounds(track, rates)
    line = _line(track, year, rates, remaining) if year else None
    low, high = known or (None, None)
    if line:
        high = remaining
    return AmountBreakdown(
        lines=(line,) if line else (),
        minimum=_at_most(low, remaining),
        maximum=_at_most(high, remaining),
        is_set=line is not None,
        explanation=" ".join(_explain(track, rates, granted, is_set=line is not None)),
    )


def _first(rates: RateBook, track: str, prefix: str) -> Decimal | None:
    for name in (TRACKS[track].slug, TRACKS[track].group):
        if name and (rate := rates.get(f"{prefix}:{name}")):
            return rate.amount
    return None


def _remaining(track: str, rates: RateBook, granted: Decimal) -> Decimal | None:
    limit = cap(track, rates)
    return None if limit is None else max(limit - granted, Decimal(0))


def _at_most(amount: Decimal | None, limit: Decimal | None) -> Decimal | None:
    return amount if amount is None or limit is None else min(amount, limit)


def _line(track: str, year: int, rates: RateBook, remaining: Decimal | None) -> AmountLine | None:
    rate = rates.get(year_code(track, year))
    if rate is None:
        return None
    return AmountLine(
        label=f"{TRACKS[track].label}, {year_of_study_label(year)}",
        amount=rate.amount if remaining is None else min(rate.amount, remaining),
        rate_code=rate.code,
        source=rate.source,
        valid_from=rate.valid_from,
    )


def _explain(track: str, rates: RateBook, granted: Decimal, *, is_set: bool) -> Iterator[str]:
    if not is_set:
        yield "Le montant est fixé par délibération."
        if bounds(track, rates):
            yield TRACKS[track].note
    limit, lowest = cap(track, rates), lowest_total(track, rates)
    if limit is None:
        yield "Aucun plafond n’est publié pour toute la durée de ces études."
    elif lowest is not None:
        yield (
            f"Sur toute la durée des études : de {format_euros(lowest)} à {format_euros(limit)}."
        )
    else:
        yield f"Sur toute la durée des études : {format_euros(limit)} au plus."
    if granted and limit is not None:
        left = max(limit - granted, Decimal(0))
        yield f"Déjà accordé : {format_euros(granted)}. Reste : {format_euros(left)} au plus."
