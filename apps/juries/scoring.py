"""What the marks of a jury amount to. Pure: plain values, no ORM.

How it counts, as the pages and the minutes say it:
- each criterion's mark is read on its own scale, then weighted; a review's mark is out of 20;
- an abstention counts nowhere, and is not missing: it is shown beside the file;
- a file with one review has that mark as its mean and its median, and no spread;
- a juror's marks are compared with their own mean and spread (z-score): 0 is that juror's usual
  mark. Who gave a single mark, or always the same one, tells nothing: their z-score is 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import fsum, sqrt
from typing import Literal

HIGHEST_MARK = 20
_PRECISION = Decimal("0.0001")
# Marks are added as whole ten-thousandths: a sum does not depend on its order.
_UNITS = 10_000

Order = Literal["mean", "median", "z"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How a criterion counts: marks from 0 to `highest`, `weight` times."""

    weight: Decimal
    highest: int


def weighted_mark(marks: Mapping[int, int], scales: Mapping[int, Scale]) -> Decimal:
    """The mark out of 20 of one review, by criterion key.

    Raises ValueError unless every criterion has a mark, on its scale.
    """
    if marks.keys() != scales.keys() or not scales:
        raise ValueError("Every criterion has one mark.")
    total = weights = Fraction(0)
    for key, scale in scales.items():
        if not 0 <= marks[key] <= scale.highest:
            raise ValueError(f"{marks[key]} is not on the scale from 0 to {scale.highest}.")
        weight = Fraction(scale.weight)
        total += weight * Fraction(marks[key], scale.highest)
        weights += weight
    return _rounded(HIGHEST_MARK * total / weights)


@dataclass(frozen=True, kw_only=True)
class GivenReview:
    """One review that was given; `mark` is None for an abstention."""

    juror: int
    case_file: int
    mark: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one file stands. `mean` and `median` are None while no mark was given.

    `spread` is the standard deviation of its marks, None below two of them; `z` the mean of its
    jurors' z-scores. `rank` counts from 1, equal files share it; None without a mark.
    """

    case_file: int
    rank: int | None
    mean: Decimal | None
    median: Decimal | None
    spread: Decimal | None
    z: Decimal | None
    marks: int
    abstentions: int
    missing: int


def standings(
    case_files: Sequence[int],
    reviews: Iterable[GivenReview],
    *,
    expected: Mapping[int, int],
    order: Order = "mean",
) -> list[Standing]:
    """Every file, the best first; those without a mark come last, in the order given.

    `expected`: how many readings were asked for each file. Equal files keep the order given.
    """
    marks: dict[int, list[tuple[int, int]]] = defaultdict(list)
    abstentions: dict[int, int] = defaultdict(int)
    for review in reviews:
        if review.mark is None:
            abstentions[review.case_file] += 1
        else:
            marks[review.case_file].append((review.juror, int(review.mark * _UNITS)))
    leanings = _leanings(marks)
    rows = [
        _row(key, marks[key], leanings, abstentions=abstentions[key], expected=expected.get(key, 0))
        for key in case_files
    ]
    rows.sort(key=lambda row: _sort_key(row, order))
    return _ranked(rows, order)


@dataclass(frozen=True)
class _Leaning:
    """How a juror marks: harsh or mild, narrow or wide."""

    mean: float
    spread: float

    def z(self, mark: int) -> float:
        return (mark - self.mean) / self.spread if self.spread else 0.0


def _leanings(marks: Mapping[int, Sequence[tuple[int, int]]]) -> dict[int, _Leaning]:
    by_juror: dict[int, list[int]] = defaultdict(list)
    for given in marks.values():
        for juror, mark in given:
            by_juror[juror].append(mark)
    return {
        juror: _Leaning(sum(values) / len(values), _deviation(values))
        for juror, values in by_juror.items()
    }


def _deviation(values: Sequence[int]) -> float:
    """Standard deviation of the whole population, in the unit of the values."""
    total, count = sum(values), len(values)
    # count² × variance, in whole numbers: zero is zero.
    return sqrt(count * sum(value * value for value in values) - total * total) / count


def _row(
    key: int,
    given: Sequence[tuple[int, int]],
    leanings: Mapping[int, _Leaning],
    *,
    abstentions: int,
    expected: int,
) -> Standing:
    values = sorted(mark for _, mark in given)
    count = len(values)
    return Standing(
        case_file=key,
        rank=None,
        mean=_from_units(Fraction(sum(values), count)) if count else None,
        median=_from_units(_median(values)) if count else None,
        spread=_rounded(Fraction(_deviation(values)) / _UNITS) if count > 1 else None,
        z=_rounded(Fraction(fsum(leanings[juror].z(mark) for juror, mark in given)) / count)
        if count
        else None,
        marks=count,
        abstentions=abstentions,
        missing=max(0, expected - count - abstentions),
    )


def _median(values: Sequence[int]) -> Fraction:
    middle = len(values) // 2
    if len(values) % 2:
        return Fraction(values[middle])
    return Fraction(values[middle - 1] + values[middle], 2)


def _value(row: Standing, order: Order) -> Decimal | None:
    return {"mean": row.mean, "median": row.median, "z": row.z}[order]


def _sort_key(row: Standing, order: Order) -> tuple[bool, Decimal]:
    value = _value(row, order)
    return (value is None, -(value or Decimal(0)))


def _ranked(rows: Sequence[Standing], order: Order) -> list[Standing]:
    ranked: list[Standing] = []
    previous: Decimal | None = None
    rank = 0
    for place, row in enumerate(rows, start=1):
        value = _value(row, order)
        if value is None:
            ranked.append(row)
            continue
        if value != previous:
            rank, previous = place, value
        ranked.append(replace(row, rank=rank))
    return ranked


def _from_units(value: Fraction) -> Decimal:
    return _rounded(value / _UNITS)


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_PRECISION, rounding=ROUND_HALF_EVEN) + Decimal(0)  # no « -0 »
