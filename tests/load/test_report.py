from __future__ import annotations

from tests.load.report import Run, faults, report
from tests.load.test_figures import put_off, seen, step


def run(*statuses: int) -> Run:
    """One step a status, each at twice the rate of the one before; then one that puts off."""
    steps = [step(10 * 2**rank, seen(status=status)) for rank, status in enumerate(statuses)]
    return Run(steps, above=step(80, put_off("housing")), code_waits=[1.0], broken=[])


def test_run_between_a_rate_that_holds_and_one_that_does_not_has_no_fault() -> None:
    assert faults(run(200, 502)) == []


def test_knee_that_was_not_reached_is_a_fault() -> None:
    assert faults(run(200, 200)) == ["Every rate holds: the knee lies higher."]


def test_nothing_is_proven_when_the_first_rate_does_not_hold() -> None:
    assert faults(run(502, 502)) == ["No rate holds: nothing is proven."]


def test_each_step_tells_what_was_wanted_and_what_was_asked_for() -> None:
    told = report(run(200, 502), seconds=60)

    assert "| 10 | 0 | 0.10 / 0.10 | 0.00 / 0.00 | 0.00 / 0.00 | 0 | 0 | the knee |" in told
    assert "| 20 | 0 | 0.10 / 0.10 | 0.00 / 0.00 | 0.00 / 0.00 | 1 | 0 | no |" in told
