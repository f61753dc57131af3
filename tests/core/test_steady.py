from __future__ import annotations

import time

import pytest

from apps.core.steady import in_steps_of


@pytest.mark.parametrize(("work", "ends"), [(0.0, 0.05), (0.03, 0.05), (0.06, 0.1)])
def test_answer_leaves_at_the_next_step(work: float, ends: float) -> None:
    started = time.monotonic()
    with in_steps_of(0.05):
        time.sleep(work)
    taken = time.monotonic() - started
    assert taken >= ends or taken >= 0.1  # a step later on a machine that was busy


def test_without_steps_nothing_waits() -> None:
    started = time.process_time()
    with in_steps_of(0):
        pass
    assert time.process_time() - started < 0.05


def test_what_fails_is_not_held_back() -> None:
    started = time.monotonic()
    with pytest.raises(LookupError), in_steps_of(60):
        raise LookupError
    assert time.monotonic() - started < 30
