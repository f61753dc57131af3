"""Run several functions at the same moment, each with its own connection to the database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

# Longer than any lock is held in a test: a deadlock shows as a failure, not as a hang.
_SECONDS = 30


def race(*competitors: Callable[[], Any]) -> list[Any]:
    """What each function returned or raised, in the order given. All start together."""
    barrier = Barrier(len(competitors), timeout=_SECONDS)

    def run(competitor: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return competitor()
        except Exception as error:  # noqa: BLE001 - the loser's error is what the test looks at
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(competitors)) as pool:
        futures = [pool.submit(run, competitor) for competitor in competitors]
        return [future.result(timeout=_SECONDS) for future in futures]


def winners(outcomes: list[Any]) -> list[Any]:
    """The outcomes that are not errors."""
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
