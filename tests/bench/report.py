"""The table of `make bench`, and the page that keeps the last one."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import django

from tests.bench.load import Sample
from tests.bench.measures import ROUNDS, SECONDS, Beside, Result
from tests.bench.pages import LINE_OF_A_COMMUNE
from tests.bench.published import PUBLISHED, SYSTEMS

_HEADINGS = (
    "Page",
    "Processor, ms",
    "Times its floor",
    "Requests/s",
    "Queries",
    "First view",
    "Budget",
)


LEAST_TIMES_WAGTAIL = 10


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run found; `absent`: sentences on what could not be measured beside."""

    results: list[Result]
    beside: list[Beside]
    absent: list[str]

    @property
    def line(self) -> Sample:
        """The page that residents need most."""
        return next(
            result.sample
            for result in self.results
            if result.page.name == LINE_OF_A_COMMUNE and result.sample
        )

    @property
    def excesses(self) -> list[str]:
        """Budgets passed beside others, in words."""
        return [
            f"{one.other.name}: less than {LEAST_TIMES_WAGTAIL} times ours"
            for one in self.beside
            if one.other.is_bound and one.sample.cpu_ms < LEAST_TIMES_WAGTAIL * self.line.cpu_ms
        ]


def tables(run: Run) -> str:
    return "\n\n".join(
        [_table(_HEADINGS, map(_row, run.results)), _beside(run), _published(run.results)]
    )


def _table(headings: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    rows = [headings, ["---" for _ in headings], *body]
    widths = [max(len(row[column]) for row in rows) for column in range(len(headings))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )


def _beside(run: Run) -> str:
    """Other programs, next to the page of a commune's line."""
    rows = [("Our same-day line of a commune", run.line, ""), *_others(run)]
    headings = ("In the same run", "Processor, ms", "Requests/s", "Times ours", "Budget")
    table = _table(
        headings,
        [
            (
                name,
                f"{sample.cpu_ms:.2f}",
                f"{sample.per_second:.0f}",
                f"{sample.cpu_ms / run.line.cpu_ms:.2f}",
                budget,
            )
            for name, sample, budget in rows
        ],
    )
    return "\n\n".join([table, *run.absent])


def _others(run: Run) -> Iterator[tuple[str, Sample, str]]:
    for one in run.beside:
        passed = any(one.other.name in excess for excess in run.excesses)
        kept = f"at least {LEAST_TIMES_WAGTAIL} times ours: {'no' if passed else 'kept'}"
        yield one.other.name, one.sample, kept if one.other.is_bound else ""


def _published(results: list[Result]) -> str:
    """Milliseconds of processor, and queries where they were counted."""
    ours = {result.page.like: result for result in results if result.page.like and result.sample}
    rows = []
    for page in PUBLISHED:
        times = (page.hypha, page.gsl, page.pretalx, page.healthchecks)
        queries = page.queries or (None,) * len(times)
        found = ours.get(page.page)
        mine = (
            f"{found.sample.cpu_ms:.0f} ({found.visit.queries})" if found and found.sample else ""
        )
        rows.append((page.page.capitalize(), mine, *map(_milliseconds, times, queries)))
    return _table(("Milliseconds (queries)", "Ours today", *SYSTEMS), rows)


def _milliseconds(time: float | None, queries: int | None) -> str:
    if time is None:
        return "none"
    return f"{time:.0f}" + (f" ({queries})" if queries else "")


def report(run: Run) -> str:
    return f"""# Performance

Written by `make bench`, never by hand: run it to measure your own machine.

{_table(_HEADINGS, map(_row, run.results))}

- **Processor**: milliseconds for one request, web processes and database together, as the kernel
  counts them. Medians of {ROUNDS} rounds of {SECONDS} s; the pages take turns in each round.
- **Times its floor**: the floor's processor time divided by the page's; more is better. The floor
  of a page that any cache may keep is the bare view, of the others the page with one query. Both
  floors run in the same processes, behind the same middleware.
- **Requests/s**: what this machine gave while the measuring program shared it.
- **Queries**: exchanges with the database, on a second visit; one may carry several statements.
  The same address is asked again and again: what is drawn once for the same facts (an aid's page,
  an estimate) is drawn already, and its facts are read each time.
- **First view**: bytes and requests of a first visit, compressed with Brotli.

## Beside other programs

Served on this machine in the same run, by as many processes: nginx with our very bytes as a file,
which is the ceiling, and a page of 10 KB of Wagtail, as town sites have it.

{_beside(run)}

## What the systems nearest to ours take

Measured once, for this project, on two cores with 20 000 items; ours today, on the demo town.
« None »: that system has no such page.

{_published(run.results)}

Measured on {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()},
Django {django.get_version()}, gunicorn 2 × 4 threads, demo town.
"""


def _row(result: Result) -> tuple[str, ...]:
    budget = "; ".join(result.excesses) or "kept"
    if result.sample is None:
        return (result.page.name, "", "", "", "", "", budget)
    view = result.view
    return (
        result.page.name,
        f"{result.sample.cpu_ms:.2f}",
        f"{result.ratio:.2f}",
        f"{result.sample.per_second:.0f}",
        str(result.visit.queries),
        f"{view.compressed_bytes} B in {view.requests}" if view else "",
        budget,
    )
