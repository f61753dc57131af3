"""What `make load` writes: docs/load.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core import clock
from tests.attack.report import commit
from tests.load.figures import (
    MOST_P95,
    NEVER_PUT_OFF,
    PATIENCE,
    SHARES,
    Seen,
    Step,
    faults_above,
    knee,
    quantile,
    waits,
)


@dataclass(frozen=True)
class Run:
    steps: Sequence[Step]
    above: Step
    code_waits: Sequence[float]
    broken: Sequence[str]


def faults(run: Run) -> list[str]:
    """What fails the run, in words."""
    found = knee(run.steps)
    if found is None:
        return ["No rate holds: nothing is proven.", *run.broken]
    unknown = ["Every rate holds: the knee lies higher."] * all(step.holds for step in run.steps)
    return [*unknown, *faults_above(run.above), *run.broken]


def report(run: Run, *, seconds: float) -> str:
    """Markdown, from the steps alone."""
    found = knee(run.steps)
    failed = "\n".join(f"- {fault}" for fault in faults(run)) or "No fault was found."
    return f"""# The day a campaign ends

Written by `make load`, never by hand: the demo town served by gunicorn (2 workers of 4 threads),
one worker, PostgreSQL, and nginx with `deploy/nginx/orleans-sante.conf`, all of it and the
visitors on one machine. Of the pages asked for, {SHARES["residents"]:.0%} are residents', \
{SHARES["applicants"]:.0%} applicants'
(signing in by e-mail, every page of a request, three pieces, sending) and {SHARES["staff"]:.0%} \
agents' (worklist,
search, file, a move, a message). Visits begin at a fixed rate whatever becomes of those before,
and a page's seconds count from the instant at which it was wanted
([why](decisions/0043-load.md)).

{_knee(found)}

## Seconds against rate

{_steps(run.steps, found)}

Rate: pages a second that the visits which begin would ask for if nobody ever waited; an answer
that comes late, or a visit of many pages, asks for fewer in the step. A step holds while every
kind of visitor has 95 pages in 100 within \
{MOST_P95:.0f} s, and no page
breaks or is put off.

## Twice as many as that

{_above(run.above)}

Put off: answered 503 with « Revenez dans 30 secondes » and `Retry-After`, without a query, none
before the queue is as long as it may wait. What nginx keeps is answered all the same.

Codes by e-mail, from asking to receiving, in seconds: {_quantiles(run.code_waits)}.

## Faults

{failed}

Run on {clock.now():%Y-%m-%d at %H:%M} UTC, commit {commit()}, in {seconds / 60:.0f} minutes, on
{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}.
"""


def _knee(found: Step | None) -> str:
    if found is None:
        return "No rate holds."
    rows = [
        [
            kind,
            f"{len(found.of(kind)) / found.seconds:.0f}",
            *(f"{quantile(waits(found.of(kind)), share):.3f}" for share in (0.5, 0.95, 0.99)),
            str(sum(seen.is_broken for seen in found.of(kind))),
        ]
        for kind in SHARES
    ]
    processors = (os.cpu_count() or 1) * found.seconds
    taken = ", ".join(
        f"{name} {seconds / processors:.0%}" for name, seconds in found.processors.items()
    )
    table = _table(["Visitors", "Pages a second", "p50, s", "p95, s", "p99, s", "Broken"], rows)
    return f"""## The knee: {found.asked_a_second:.0f} pages a second

{table}

Of the processors: {taken}."""


def _steps(steps: Sequence[Step], found: Step | None) -> str:
    rows = []
    for step in sorted(steps, key=lambda step: step.rate):
        columns = [
            " / ".join(f"{quantile(waits(step.of(kind)), share):.2f}" for share in (0.5, 0.95))
            for kind in SHARES
        ]
        holds = "the knee" if step is found else "yes" if step.holds else "no"
        rows.append(
            [
                f"{step.rate:.0f}",
                f"{step.asked_a_second:.0f}",
                *columns,
                str(step.broken),
                str(step.put_off),
                holds,
            ]
        )
    headings = ["Rate", "Pages asked for", *(f"{kind}, p50 / p95" for kind in SHARES)]
    return _table([*headings, "Broken", "Put off", "Holds"], rows)


def _above(step: Step) -> str:
    order = [*PATIENCE, *NEVER_PUT_OFF]
    rows = [_page(page, [seen for seen in step.seen if seen.page == page]) for page in order]
    table = _table(["Page", "Asked", "Answered", "Put off", "Broken", "p95, s"], rows)
    return f"{step.asked_a_second:.0f} pages a second were asked for.\n\n{table}"


def _page(page: str, seen: Sequence[Seen]) -> list[str]:
    answered = [one for one in seen if one.is_answered]
    return [
        page,
        str(len(seen)),
        str(len(answered)),
        str(sum(one.is_put_off for one in seen)),
        str(sum(one.is_broken for one in seen)),
        f"{quantile(waits(answered), 0.95):.2f}",
    ]


def _quantiles(seconds: Sequence[float]) -> str:
    return ", ".join(
        f"p{share:.0%}".rstrip("%") + f" {quantile(seconds, share):.1f}" for share in (0.5, 0.95)
    )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    ruler = ["---"] * len(headings)
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, ruler, *rows))
