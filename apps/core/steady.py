"""Answers that leave in steps, where the time of an answer would tell what it must not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil


@contextmanager
def in_steps_of(seconds: float) -> Iterator[None]:
    """Let the block end at the next multiple of `seconds` since it began; 0 lets it end at once.

    What fails (a throttle, a fault) is not held back: it holds a thread.
    """
    started = time.monotonic()
    yield
    if seconds:
        taken = time.monotonic() - started
        time.sleep(ceil(taken / seconds) * seconds - taken)
