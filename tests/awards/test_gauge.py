from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.awards.gauge import RULE, Gauge, GaugeLevel, level, public_gauge
from apps.awards.models import Session
from tests.factories.awards import decided_file, planned_session, voted_envelope
from tests.support.text import plain

ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("voted", "committed", "expected"),
    [
        (100, 0, GaugeLevel.ENOUGH),
        (100, 80, GaugeLevel.ENOUGH),
        (100, 81, GaugeLevel.LITTLE),
        (100, 99, GaugeLevel.LITTLE),
        (100, 100, GaugeLevel.SPENT),
        (0, 0, GaugeLevel.SPENT),
    ],
)
def test_level_is_a_share_of_what_was_voted(
    voted: int, committed: int, expected: GaugeLevel
) -> None:
    assert level(voted=Decimal(voted), committed=Decimal(committed)) == expected


def test_rule_says_the_share_in_words() -> None:
    assert "moins de 20 % de l’enveloppe" in plain(RULE)


@pytest.mark.django_db
def test_gauge_without_an_envelope_says_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert public_gauge("installation", ON) == Gauge(year=2026, level=None, next_session=None)


@pytest.mark.django_db
def test_gauge_reads_the_envelope_of_its_year_and_the_next_sitting_in_one_query(
    head: User, django_assert_num_queries: Any
) -> None:
    voted_envelope(40_000, actor=head)
    voted_envelope(900_000, actor=head, year=2027)
    decided_file(actor=head)  # 37 000 €
    planned_session(actor=head, held_on=date(2027, 2, 5))
    planned_session(actor=head, held_on=date(2027, 1, 8))

    with django_assert_num_queries(1):
        gauge = public_gauge("installation", ON)

    assert gauge == Gauge(year=2026, level=GaugeLevel.LITTLE, next_session=date(2027, 1, 8))
    assert Session.objects.count() == 3
