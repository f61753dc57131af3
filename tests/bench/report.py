"""The table of `make bench`, and the page that keeps the last one."""

from __future__ import annotations

import os
import platform

import django

from tests.bench.measures import ROUNDS, SECONDS, Result

_HEADINGS = (
    "Page",
    "Processor, ms",
    "Times its floor",
    "Requests/s",
    "Queries",
    "First view",
    "Budget",
)


def table(results: list[Result]) -> str:
    rows = [_HEADINGS, tuple("---" for _ in _HEADINGS), *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )


def report(results: list[Result]) -> str:
    return f"""# Performance

Written by `make bench`, never by hand: run it to measure your own machine.

{table(results)}

- **Processor**: milliseconds for one request, web processes and database together, as the kernel
  counts them. Medians of {ROUNDS} rounds of {SECONDS:.0f} s; the pages take turns in each round.
- **Times its floor**: the floor's processor time divided by the page's; more is better. The floor
  of a page that any cache may keep is the bare view, of the others the page with one query. Both
  floors run in the same processes, behind the same middleware.
- **Requests/s**: what this machine gave while the measuring program shared it.
- **First view**: bytes and requests of a first visit, compressed with Brotli.

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
