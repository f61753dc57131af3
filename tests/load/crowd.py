"""Visits that begin at a fixed rate, whether those before were answered or not."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from tests.load.browser import Browser
from tests.load.figures import SHARES, Seen, Step
from tests.load.town import CSRF, CSRF_COOKIE, Town
from tests.load.visits import LENGTHS, VISITS, LeftError, Visitor

# Of each step, what is not counted: visits begun at the rate before are still under way.
SETTLES = 4.0


@dataclass
class Crowd:
    """`processors` returns the seconds of processor taken until now, by program."""

    port: int
    town: Town
    processors: Callable[[], dict[str, float]]
    session_cookie: str
    seen: list[Seen] = field(default_factory=list)
    _visits: set[asyncio.Task[None]] = field(default_factory=set)
    _numbers: count[int] = field(default_factory=count)
    _chance: random.Random = field(default_factory=lambda: random.Random(45))  # noqa: S311

    async def come(self, rate: float, seconds: float) -> Step:
        """Visitors who want `rate` pages a second together, for SETTLES and `seconds`."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for kind, share in SHARES.items():
                visits = rate * share / LENGTHS[kind]
                group.create_task(self._arrive(kind, visits, began + SETTLES + seconds))
            await asyncio.sleep(SETTLES)
            before = self.processors()
            await asyncio.sleep(seconds)
            after = self.processors()
        first, last = began + SETTLES, began + SETTLES + seconds
        await asyncio.sleep(2)  # the last pages of the step are answered, or counted as late
        return Step(
            rate,
            seconds,
            [one for one in self.seen if first <= one.wanted_at < last],
            {name: after[name] - before[name] for name in after},
        )

    async def leave(self, *, within: float) -> None:
        """Let the visits under way end; those that do not are given up."""
        if self._visits:
            await asyncio.wait(self._visits, timeout=within)
        for visit in self._visits:
            visit.cancel()

    async def _arrive(self, kind: str, rate: float, until: float) -> None:
        wanted_at = time.monotonic() + self._chance.expovariate(rate)
        while wanted_at < until:
            await asyncio.sleep(max(0.0, wanted_at - time.monotonic()))
            task = asyncio.create_task(self._visit(kind, wanted_at))
            self._visits.add(task)
            task.add_done_callback(self._over)
            wanted_at += self._chance.expovariate(rate)

    def _over(self, visit: asyncio.Task[None]) -> None:
        self._visits.discard(visit)
        if not visit.cancelled() and (fault := visit.exception()):
            self.town.broken.append(f"A visit broke down: {fault!r}")

    async def _visit(self, kind: str, wanted_at: float) -> None:
        cookies = {CSRF_COOKIE: CSRF} if kind != "residents" else {}
        if kind == "staff":
            cookies[self.session_cookie] = self._chance.choice(self.town.agents)
        browser = Browser(self.port, next(self._numbers), cookies)
        chance = random.Random(self._chance.random())  # noqa: S311
        visitor = Visitor(self.town, kind, browser, wanted_at, self.seen.append, chance)
        with suppress(LeftError):
            try:
                await VISITS[kind](visitor)
            finally:
                await browser.close()
