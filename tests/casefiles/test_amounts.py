from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.amounts import AmountBreakdown, AmountLine

euros = st.decimals(min_value=0, max_value=100000, places=2)
lines = st.lists(
    st.builds(
        AmountLine,
        label=st.text(max_size=30),
        amount=euros,
        rate_code=st.text(max_size=20),
        source=st.text(max_size=30),
        valid_from=st.dates(),
    ),
    max_size=6,
).map(tuple)
breakdowns = st.builds(
    AmountBreakdown,
    lines=lines,
    minimum=st.none() | euros,
    maximum=st.none() | euros,
    is_set=st.booleans(),
    explanation=st.text(max_size=40),
)


def line(amount: str) -> AmountLine:
    return AmountLine(
        label="Base",
        amount=Decimal(amount),
        rate_code="base",
        source="Délibération",
        valid_from=date(2023, 1, 1),
    )


def test_total_is_the_sum_of_the_lines_to_the_cent() -> None:
    breakdown = AmountBreakdown(
        lines=(line("35000.10"), line("2000.20")), minimum=None, maximum=None, is_set=True
    )
    assert breakdown.total == Decimal("37000.30")
    assert breakdown.bounds is None


def test_unset_rate_has_no_total_and_a_range_that_includes_the_known_lines() -> None:
    breakdown = AmountBreakdown(
        lines=(line("2000"),), minimum=Decimal(7000), maximum=Decimal(35000), is_set=False
    )
    assert breakdown.total is None
    assert breakdown.bounds == (Decimal(9000), Decimal(37000))


def test_unset_rate_without_a_published_range_has_no_bounds() -> None:
    breakdown = AmountBreakdown(lines=(), minimum=None, maximum=Decimal(1), is_set=False)
    assert breakdown.bounds is None


@given(breakdowns)
def test_breakdown_survives_being_frozen(breakdown: AmountBreakdown) -> None:
    frozen = json.loads(json.dumps(breakdown.to_json()))
    assert AmountBreakdown.from_json(frozen) == breakdown


@given(breakdowns)
def test_breakdown_has_a_total_or_a_range_never_both(breakdown: AmountBreakdown) -> None:
    assert breakdown.total is None or breakdown.bounds is None
    assert (breakdown.total is not None) == breakdown.is_set
