"""What marks amount to: nothing depends on who is read first, nor on how weights are written."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.juries.scoring import GivenReview, Scale, Standing, standings, weighted_mark

TWICE, ONCE = Scale(weight=Decimal(2), highest=5), Scale(weight=Decimal(1), highest=10)


def review(juror: int, case_file: int, mark: int | str | None) -> GivenReview:
    value = None if mark is None else Decimal(mark)
    return GivenReview(juror=juror, case_file=case_file, mark=value)


def row(*marks: int | str | None, expected: int = 0) -> Standing:
    """The standing of one file with these marks, each of another juror."""
    reviews = [review(juror, 1, mark) for juror, mark in enumerate(marks)]
    (found,) = standings([1], reviews, expected={1: expected})
    return found


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({1: 5, 2: 10}, "20.0000"),
        ({1: 0, 2: 0}, "0.0000"),
        ({1: 4, 2: 5}, "14.0000"),  # (2 × 4/5 + 5/10) / 3 × 20
        ({1: 1, 2: 1}, "3.3333"),
    ],
)
def test_mark_of_a_review_is_weighted_on_each_scale(marks: dict[int, int], expected: str) -> None:
    assert weighted_mark(marks, {1: TWICE, 2: ONCE}) == Decimal(expected)


@pytest.mark.parametrize("marks", [{}, {1: 5}, {1: 6, 2: 1}, {1: -1, 2: 1}, {1: 5, 2: 1, 3: 1}])
def test_mark_needs_every_criterion_on_its_scale(marks: dict[int, int]) -> None:
    with pytest.raises(ValueError, match=r"mark|scale"):
        weighted_mark(marks, {1: TWICE, 2: ONCE})


def test_mean_median_and_spread() -> None:
    found = row(10, 14, 18)

    assert (found.mean, found.median, found.spread) == (14, 14, Decimal("3.2660"))
    assert (found.rank, found.marks, found.missing) == (1, 3, 0)


def test_one_review_has_no_spread() -> None:
    found = row(13, expected=3)

    assert (found.mean, found.median, found.spread, found.z) == (13, 13, None, 0)
    assert found.missing == 2


def test_abstention_counts_nowhere_and_is_not_missing() -> None:
    found = row(12, None, expected=3)

    assert (found.mean, found.marks, found.abstentions, found.missing) == (12, 1, 1, 1)


def test_file_without_a_mark_has_no_rank_and_comes_last() -> None:
    found = standings([1, 2], [review(1, 2, 3), review(1, 1, None)], expected={})

    assert [(item.case_file, item.rank, item.mean) for item in found] == [
        (2, 1, 3),
        (1, None, None),
    ]


def test_equal_files_share_their_rank_in_the_order_given() -> None:
    reviews = [review(1, key, mark) for key, mark in ((1, 9), (2, 15), (3, 15), (4, 2))]

    found = standings([4, 3, 2, 1], reviews, expected={})

    assert [(item.case_file, item.rank) for item in found] == [(3, 1), (2, 1), (1, 3), (4, 4)]


def test_harsh_and_mild_jurors_are_read_on_their_own_scale() -> None:
    """The harsh one gives 2, 4 and 6 where the mild one gives 12, 14 and 16."""
    reviews = [
        *(review(1, key, mark) for key, mark in ((1, 2), (2, 4), (3, 6))),
        *(review(2, key, mark) for key, mark in ((4, 12), (5, 14), (6, 16))),
    ]

    found = {item.case_file: item.z for item in standings(range(1, 7), reviews, expected={})}

    assert found == {key: Decimal(z) for key, z in zip(
        range(1, 7), ("-1.2247", "0", "1.2247") * 2, strict=True)}  # fmt: skip


def test_juror_who_always_gives_the_same_mark_tells_nothing() -> None:
    reviews = [review(1, 1, 15), review(1, 2, 15), review(2, 1, 8), review(2, 2, 12)]

    found = {item.case_file: item.z for item in standings([1, 2], reviews, expected={})}

    assert found == {1: Decimal("-0.5"), 2: Decimal("0.5")}


def test_median_and_z_give_other_orders() -> None:
    reviews = [
        *(review(juror, 1, mark) for juror, mark in ((1, 20), (2, 10), (3, 10))),
        *(review(juror, 2, mark) for juror, mark in ((1, 1), (2, 12), (3, 12))),
    ]

    def first(order: str) -> int:
        return standings([1, 2], reviews, expected={}, order=order)[0].case_file  # type: ignore[arg-type]

    assert (first("mean"), first("median"), first("z")) == (1, 2, 2)


MARKS = st.one_of(st.none(), st.decimals(0, 20, places=4, allow_nan=False, allow_infinity=False))
REVIEWS = st.dictionaries(st.tuples(st.integers(1, 6), st.integers(1, 8)), MARKS, max_size=30).map(
    lambda cells: [
        GivenReview(juror=juror, case_file=case_file, mark=mark)
        for (juror, case_file), mark in cells.items()
    ]
)
SCALES = st.dictionaries(
    st.integers(1, 6),
    st.tuples(st.decimals("0.01", 99, places=2), st.integers(1, 100)),
    min_size=1,
    max_size=6,
)


@given(REVIEWS, st.randoms(use_true_random=False))
def test_order_of_reviews_and_names_of_jurors_change_nothing(
    reviews: list[GivenReview], lots: Random
) -> None:
    shuffled = lots.sample(reviews, len(reviews))
    renamed = dict(zip(range(1, 7), lots.sample(range(100, 200), 6), strict=True))
    others = [
        GivenReview(juror=renamed[item.juror], case_file=item.case_file, mark=item.mark)
        for item in shuffled
    ]
    keys = list(range(1, 9))

    assert standings(keys, others, expected={}) == standings(keys, reviews, expected={})


@given(REVIEWS)
def test_means_stay_within_the_marks(reviews: list[GivenReview]) -> None:
    for item in standings(list(range(1, 9)), reviews, expected={}):
        marks = [
            given.mark
            for given in reviews
            if given.case_file == item.case_file and given.mark is not None
        ]
        assert item.marks == len(marks)
        if item.mean is not None and item.median is not None:
            assert min(marks) <= item.mean <= max(marks)
            assert min(marks) <= item.median <= max(marks)
            assert item.spread is None or 0 <= item.spread <= 10


@given(SCALES, st.data())
def test_weights_count_by_their_ratio_and_criteria_in_any_order(
    drawn: dict[int, tuple[Decimal, int]], data: st.DataObject
) -> None:
    scales = {key: Scale(weight=weight, highest=top) for key, (weight, top) in drawn.items()}
    marks = {key: data.draw(st.integers(0, scale.highest)) for key, scale in scales.items()}
    factor = data.draw(st.decimals("0.1", 50, places=1))
    scaled = {
        key: Scale(weight=scale.weight * factor, highest=scale.highest)
        for key, scale in reversed(scales.items())
    }

    mark = weighted_mark(marks, scales)

    assert 0 <= mark <= 20
    assert weighted_mark(dict(reversed(marks.items())), scaled) == mark
