"""What must be true of all rows together, and that no single constraint can say.

An app registers its checks in AppConfig.ready(), each a function that yields a sentence for each
contradiction it finds. `manage.py check_consistency` and a nightly job ask them all; after a crash
or a return of a backup they say whether anything lies between two states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

Check = Callable[[], Iterable[str]]
_checks: dict[str, Check] = {}
_LAST_RUN = "core.consistency"
# A row for each is too many to read, and a broken rule breaks thousands.
MOST_TOLD = 20


@dataclass(frozen=True)
class Run:
    """What all checks found: sentences by the label of their check."""

    at: datetime
    found: dict[str, list[str]]

    @property
    def count(self) -> int:
        return sum(map(len, self.found.values()))


def checks(label: str) -> Callable[[Check], Check]:
    """Decorator: ask this function at each run; `label` says in French what it compares."""

    def register(check: Check) -> Check:
        _checks[label] = check
        return check

    return register


Listener = Callable[[Run], None]
_listeners: list[Listener] = []


def hears_contradictions(listener: Listener) -> Listener:
    """Decorator: called after each nightly run that found something; may be called twice."""
    _listeners.append(listener)
    return listener


def tell_contradictions(run: Run) -> None:
    for listener in _listeners if run.count else ():
        listener(run)


def check_everything(*, at: datetime) -> Run:
    """Ask every check. Side effect: the run is kept for the dashboard (`last_run`)."""
    found = {label: list(check()) for label, check in sorted(_checks.items())}
    run = Run(at, found)
    cache.set(_LAST_RUN, run, timeout=None)
    return run


def last_run() -> Run | None:
    """The latest run, None before the first or once the cache was emptied."""
    run: Run | None = cache.get(_LAST_RUN)
    return run
