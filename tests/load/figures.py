"""The arithmetic of `make load`: who asked, how long they waited, where the knee is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil, inf

# Three in five read, three in ten apply, one in ten is at the desk: shares of the pages asked for.
SHARES = {"residents": 0.6, "applicants": 0.3, "staff": 0.1}
# A page that nineteen in twenty have within this keeps their attention on what they do.
MOST_P95 = 1.0
NEVER_PUT_OFF = ("line", "home", "sign in", "start", "own file", "sent")
# Of the others, seconds of queue before they are put off (orleans_sante/settings/shedding.py).
PATIENCE = {"housing": 2.0, "places": 2.0, "commune": 3.0, "aids": 4.0, "desk": 6.0}


@dataclass(frozen=True)
class Seen:
    """One page that somebody wanted: `seconds` count from the instant at which they did."""

    kind: str
    page: str
    wanted_at: float
    seconds: float
    status: int  # 0 when nobody answered
    is_put_off: bool = False  # told to come back, and when

    @property
    def is_answered(self) -> bool:
        return self.status in (HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.MOVED_PERMANENTLY)

    @property
    def is_broken(self) -> bool:
        return not self.is_answered and not self.is_put_off


@dataclass(frozen=True)
class Step:
    """What was wanted in `seconds` at one rate; `processors` are seconds taken, by program."""

    rate: float
    seconds: float
    seen: Sequence[Seen]
    processors: dict[str, float] = field(default_factory=dict)

    def of(self, kind: str) -> Sequence[Seen]:
        return [seen for seen in self.seen if seen.kind == kind]

    @property
    def asked_a_second(self) -> float:
        return len(self.seen) / self.seconds

    @property
    def broken(self) -> int:
        return sum(seen.is_broken for seen in self.seen)

    @property
    def put_off(self) -> int:
        return sum(seen.is_put_off for seen in self.seen)

    @property
    def holds(self) -> bool:
        """Nobody refused, and every kind of visitor has their page in time."""
        return not self.broken and not self.put_off and self.slowest_p95 < MOST_P95

    @property
    def slowest_p95(self) -> float:
        return max(quantile(waits(self.of(kind)), 0.95) for kind in SHARES)


def quantile(values: Iterable[float], share: float) -> float:
    """The least value that `share` of them do not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def waits(seen: Iterable[Seen]) -> list[float]:
    return [one.seconds for one in seen]


def knee(steps: Iterable[Step]) -> Step | None:
    """The highest rate that holds, below the lowest one that does not."""
    highest = None
    for step in sorted(steps, key=lambda step: step.rate):
        if not step.holds:
            break
        highest = step
    return highest


def between(steps: Sequence[Step]) -> float:
    """The rate to try next: half-way between the knee and the lowest one that did not hold.

    Steps must hold one of each.
    """
    highest = knee(steps)
    assert highest
    above = min(step.rate for step in steps if step.rate > highest.rate)
    return (highest.rate + above) / 2


def faults_above(step: Step) -> list[str]:
    """What must not be seen above the knee, in words."""
    found = [
        f"{count} of {page} put off, which never are."
        for page in NEVER_PUT_OFF
        if (count := sum(seen.is_put_off for seen in step.seen if seen.page == page))
    ]
    # What nginx keeps is answered whatever the queue: shares put off say nothing of the order.
    found += [
        f"{page} put off after {least:.1f} s, which may be put off after {patience:.0f}."
        for page, patience in PATIENCE.items()
        if (least := _least_wait_put_off(step, page)) < patience
    ]
    if not step.put_off:
        found.append("Nothing was put off: the queue was never long.")
    if step.broken:
        found.append(f"{step.broken} pages broken.")
    return found


def _least_wait_put_off(step: Step, page: str) -> float:
    theirs = (seen.seconds for seen in step.seen if seen.page == page and seen.is_put_off)
    return min(theirs, default=inf)
