"""docs/scale.md and its plot, written by the run itself."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log10

from tests.bench.growth.asks import MOST_GROWTH, Ask
from tests.bench.growth.measuring import (
    ROUNDS,
    ROUNDS_FLAT,
    ROUNDS_REGISTER,
    SECONDS,
    Cost,
    Export,
)
from tests.bench.growth.plot import plot

REFERENCE_SIZE = 10_000
MOST_EXPORT_MB = 50.0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What was read at one size."""

    files: int
    rows: int
    loading_seconds: float
    costs: Mapping[str, Cost]
    broken: Sequence[str] = ()
    export: Export | None = None


@dataclass(frozen=True)
class Run:
    asks: Sequence[Ask]
    stages: list[Stage] = field(default_factory=list)

    def line(self, ask: Ask) -> list[tuple[int, float]]:
        return [(stage.files, stage.costs[ask.name].ms) for stage in self.stages]

    def growth(self, ask: Ask) -> float | None:
        """The cost at the largest size, in times that at ten thousand files."""
        by_size = dict(self.line(ask))
        if REFERENCE_SIZE not in by_size or self.stages[-1].files <= REFERENCE_SIZE:
            return None
        return by_size[self.stages[-1].files] / by_size[REFERENCE_SIZE]

    def slope(self, ask: Ask) -> float:
        """The exponent of the cost: 0 when flat, 1 when ten times as many files cost ten times."""
        line = [(log10(size), log10(ms)) for size, ms in self.line(ask)]
        mean_x = sum(x for x, _ in line) / len(line)
        mean_y = sum(y for _, y in line) / len(line)
        spread = sum((x - mean_x) ** 2 for x, _ in line)
        return sum((x - mean_x) * (y - mean_y) for x, y in line) / spread if spread else 0.0

    def excesses(self, ask: Ask) -> list[str]:
        found = []
        worst = max(ms for _, ms in self.line(ask))
        if ask.most_ms is not None and worst > ask.most_ms:
            found.append(f"more than {ask.most_ms:g} ms")
        queries = max(stage.costs[ask.name].queries for stage in self.stages)
        if ask.most_queries is not None and queries > ask.most_queries:
            found.append(f"more than {ask.most_queries} queries")
        growth = self.growth(ask)
        if ask.stays_flat and growth is not None and growth > MOST_GROWTH:
            found.append(f"more than {MOST_GROWTH} × its cost at 10 000")
        return found

    def all_excesses(self) -> list[str]:
        found = [f"{ask.name}: {words}" for ask in self.asks for words in self.excesses(ask)]
        for stage in self.stages:
            found += [f"{stage.files} files: {sentence}" for sentence in stage.broken]
            if stage.export and stage.export.grown_mb > MOST_EXPORT_MB:
                found.append(f"{stage.files} files: the export takes more than 50 MB")
        return found


def table(run: Run, *, registered: bool = False) -> str:
    """The pages asked for by name, or the lists that the desk's register holds."""
    sizes = [_count(stage.files) for stage in run.stages]
    rows = [
        ("Page", *sizes, "Queries", "Largest ÷ 10 000", "Slope", "Budget"),
        ("---", *("---:" for _ in sizes), "---:", "---:", "---:", "---"),
        *(_row(run, ask) for ask in run.asks if ask.is_registered == registered),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(run: Run, ask: Ask) -> tuple[str, ...]:
    growth = run.growth(ask)
    budgeted = ask.most_ms is not None or ask.most_queries is not None
    return (
        ask.name,
        *(f"{ms:.1f}" for _, ms in run.line(ask)),
        str(run.stages[-1].costs[ask.name].queries),
        f"{growth:.2f}" if growth else "",
        f"{run.slope(ask):.2f}",
        "; ".join(run.excesses(ask)) or ("kept" if budgeted else ""),
    )


def figure(run: Run) -> str:
    drawn = {ask.name: run.line(ask) for ask in run.asks if ask.is_drawn}
    return plot("Cost of pages by number of case files", drawn)


def report(run: Run) -> str:
    return f"""# Scale

Written by `make bench-scale`, never by hand: run it to measure your own machine.

![Processor time of the main pages, from {_count(run.stages[0].files)} case files to
{_count(run.stages[-1].files)}: the table below has every figure.](scale.svg)

Milliseconds of processor for one request, web processes and PostgreSQL together, as the kernel
counts them; medians of {ROUNDS} rounds of {SECONDS} s, {ROUNDS_FLAT} for the pages held to a ratio.

{table(run)}

- **Slope**: exponent of the cost in the number of files, by least squares on the logarithms. 0 is
  flat; 1 costs ten times as much for ten times as many.
- **Budget**: lists and searches take at most 60 ms and 15 queries at any size, and at the largest
  at most {MOST_GROWTH} × their cost at 10 000 for the worklist and its search; a file 40 ms, an
  applicant's space 15 ms. A page without a budget is there for its slope.

## Every list of the desk

From the desk's own register, so that a new list joins by itself: its first page, and the search of
a common name, by the first of the staff who may open it; medians of {ROUNDS_REGISTER} rounds.

{table(run, registered=True)}

## What was loaded

| Case files | Rows in all | Loading, s | What triggers refuse, looked for |
| ---: | ---: | ---: | --- |
{_lines(_loaded(stage) for stage in run.stages)}

Ten years of files in every state, with events, pieces, messages, corrections, letters, decisions,
agendas of monthly sittings, agreements, commitments with their yearly proofs and payments; three
in a thousand answer the call for projects, with budget, answers and three reviews each; e-mails and
looks of the last two years (`tests/bench/growth/sql/`). 100 000 places of care and 20 000 rooms
beside them. CHECK, UNIQUE and
exclusion constraints hold while the rows enter; foreign keys are put back afterwards, by which
PostgreSQL verifies every row; triggers do not run, and what they refuse is looked for in the whole
(`checks.py`). Left out: files on disk, batches of payments and the row histories, which these pages
do not read.

## Sheets

| Case files | Rows of the sheet | Processor, s | Ms a thousand rows | The process grew by, MB |
| ---: | ---: | ---: | ---: | ---: |
{_lines(_exported(stage) for stage in run.stages if stage.export)}

A sheet leaves row by row from a cursor of the server: its length costs no memory (at most 50 MB).

Measured on {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()},
PostgreSQL with 1 GB of shared buffers, its other settings those that it comes with.
"""


def _loaded(stage: Stage) -> str:
    found = "; ".join(stage.broken) or "none found"
    return (
        f"| {_count(stage.files)} | {_count(stage.rows)} | {stage.loading_seconds:.0f} | {found} |"
    )


def _exported(stage: Stage) -> str:
    export = stage.export
    assert export is not None
    return (
        f"| {_count(stage.files)} | {_count(export.rows)} | {export.seconds:.1f} | "
        f"{export.seconds * 1_000_000 / export.rows:.0f} | {export.grown_mb:.0f} |"
    )


def _lines(rows: Iterable[str]) -> str:
    return "\n".join(rows)


def _count(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
