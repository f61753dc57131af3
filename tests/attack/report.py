"""The table of `make attack`, and the page that keeps the last one."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence

from apps.core import clock
from tests.attack.outcome import Outcome, Part
from tools.demo import ROOT

_HEADINGS = ("Attack", "Tried", "Survived", "Lost", "Note")


def table(parts: Sequence[Part]) -> str:
    """One line a kind of attack, then what each lost one did."""
    found = [outcome for part in parts for outcome in part.outcomes]
    rows = [_HEADINGS, tuple("---" for _ in _HEADINGS), *(_row(outcome) for outcome in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    losses = [f"- {outcome.name}: {loss}" for outcome in found for loss in outcome.lost]
    return "\n".join([*lines, *(["", "Lost:", "", *losses] if losses else [])])


def report(parts: Sequence[Part]) -> str:
    minutes = sum(part.seconds for part in parts) / 60
    return f"""# Trust

Written by `make attack`, never by hand: run it to attack the portal on your own machine.

{table(parts)}

Every line attacks running processes on loopback: gunicorn, the worker and PostgreSQL, with the
demo town. **Survived**: the attack met a plain refusal or did no harm, within its bounds.
**Lost**: it did not; the run then fails.

Run on {clock.now():%Y-%m-%d at %H:%M} UTC, commit {commit()}, in {minutes:.0f} minutes
({durations(parts)}), on
{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}.
"""


def durations(parts: Sequence[Part]) -> str:
    return ", ".join(f"{part.name} {part.seconds:.0f} s" for part in parts)


def _row(outcome: Outcome) -> tuple[str, ...]:
    counts = (outcome.tried, outcome.survived, len(outcome.lost))
    return (outcome.name, *map(str, counts), outcome.note)


def commit() -> str:
    """The commit that was attacked, and whether the tree held more than it."""
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{commit} with changes" if _git("status", "--porcelain") else commit


def _git(*arguments: str) -> str:
    return subprocess.run(  # noqa: S603 - our own arguments
        ["git", *arguments],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
