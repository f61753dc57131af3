"""The clock of the benches: no page is so short that it costs nothing."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.bench.load import cpu_seconds

TICK = 0.01


def test_less_than_a_tick_of_the_kernel_is_counted() -> None:
    before = cpu_seconds([os.getpid()])
    taken = [cpu_seconds([os.getpid()]) - before for _ in range(3)]

    assert 0 < taken[0] < taken[1] < taken[2]


def test_a_child_is_counted_while_it_lives_and_once_it_has_ended() -> None:
    before = cpu_seconds([os.getpid()])
    child = subprocess.Popen(
        [sys.executable, "-c", "sum(range(3_000_000)); print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    child.stdout.readline()
    alive = cpu_seconds([os.getpid()])
    child.communicate(b"\n")
    ended = cpu_seconds([os.getpid()])

    assert alive - before > 2 * TICK
    assert ended > alive - 2 * TICK  # of an ended child, the kernel keeps whole ticks


def test_a_process_that_is_not_there_costs_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()

    assert cpu_seconds([child.pid]) == 0
