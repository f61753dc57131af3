from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.awards.money_line import draw_line

WISHES = st.lists(st.none() | st.integers(1, 40_000).map(Decimal), max_size=30)


def test_line_falls_before_the_first_file_that_does_not_fit_whole() -> None:
    wishes = [Decimal(20_000), None, Decimal(35_000), Decimal(1_000)]

    line = draw_line(wishes, remaining=Decimal(46_000))

    assert (line.count, line.total) == (3, 56_000)
    assert line.below == {2, 3}  # the small one waits behind
    assert (line.left, line.missing) == (-10_000, 10_000)


def test_line_of_nothing() -> None:
    line = draw_line([None, None], remaining=Decimal(0))

    assert (line.count, line.total, line.below, line.missing) == (0, 0, frozenset(), 0)


@given(WISHES, st.integers(0, 200_000).map(Decimal))
def test_what_is_above_the_line_always_fits(
    wishes: list[Decimal | None], remaining: Decimal
) -> None:
    line = draw_line(wishes, remaining=remaining)

    above = [wish for rank, wish in enumerate(wishes) if rank not in line.below]
    assert sum(wish for wish in above if wish) <= remaining
    assert bool(line.below) == (line.total > remaining)
    assert all(wishes[rank] is not None for rank in line.below)
