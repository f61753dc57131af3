from __future__ import annotations

import pytest

from apps.core.load_shedding import patience
from tests.load.figures import PATIENCE, Seen, Step, between, faults_above, knee, quantile


def seen(page: str = "line", *, kind: str = "residents", **fields: object) -> Seen:
    values: dict[str, object] = {"wanted_at": 0.0, "seconds": 0.1, "status": 200, **fields}
    return Seen(kind=kind, page=page, **values)  # type: ignore[arg-type]


def step(rate: float, *pages: Seen) -> Step:
    return Step(rate, seconds=2.0, seen=pages)


def put_off(page: str, seconds: float = 6.1) -> Seen:
    return seen(page, status=503, is_put_off=True, seconds=seconds)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.95, 0.0),
        ([3.0], 0.5, 3.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 101)), 1.0, 100),
        (list(range(1, 21)), 0.99, 20),
    ],
)
def test_quantile_is_a_value_that_was_seen(
    values: list[float], share: float, expected: float
) -> None:
    assert quantile(values, share) == expected


@pytest.mark.parametrize(
    ("page", "holds"),
    [
        (seen(), True),
        (seen(status=302), True),
        (seen(seconds=1.0), False),
        (seen(kind="staff", seconds=1.0), False),
        (seen(status=500), False),
        (seen(status=0), False),
        (seen(status=403), False),
        (put_off("housing"), False),
    ],
)
def test_step_holds_while_everybody_is_answered_in_time(page: Seen, holds: bool) -> None:
    assert step(10, page).holds is holds


def test_one_slow_page_in_twenty_is_forgiven() -> None:
    assert step(10, *[seen()] * 19, seen(seconds=9)).holds
    assert not step(10, *[seen()] * 18, *[seen(seconds=9)] * 2).holds


def test_knee_is_below_the_first_rate_that_does_not_hold() -> None:
    good, bad = seen(), seen(status=502)
    steps = [step(10, good), step(20, good), step(40, bad), step(80, good), step(30, good)]

    found = knee(steps)

    assert found is not None
    assert found.rate == 30
    assert between(steps) == 35
    assert knee([step(10, bad), step(20, good)]) is None


def test_above_the_knee_what_can_wait_longest_is_put_off_first() -> None:
    pages = [put_off("housing", 2.1), put_off("places", 2.5), put_off("commune", 3.1)]
    served = [seen("line"), seen("aids"), seen("desk"), seen("own file")]
    assert faults_above(step(10, *pages, *served)) == []


@pytest.mark.parametrize(
    ("pages", "fault"),
    [
        ([put_off("line")], "1 of line put off, which never are."),
        ([put_off("sent")], "1 of sent put off, which never are."),
        ([seen("housing")], "Nothing was put off: the queue was never long."),
        ([put_off("housing"), seen(status=502)], "1 pages broken."),
        (
            [put_off("housing", 2.1), put_off("aids", 3.9)],
            "aids put off after 3.9 s, which may be put off after 4.",
        ),
    ],
)
def test_above_the_knee_the_order_is_a_fault_otherwise(pages: list[Seen], fault: str) -> None:
    assert fault in faults_above(step(10, *pages))


def test_patience_is_that_of_the_settings() -> None:
    addresses = {
        "housing": "/logements/",
        "places": "/lieux-de-soins/",
        "commune": "/communes/45234-orleans/",
        "aids": "/aides/installation/simulateur/",
        "desk": "/admin/",
    }
    assert {page: patience(address) for page, address in addresses.items()} == PATIENCE
