"""Bring the demo's database up to date, in one Django process: `python -m tools.prepare FILE`.

Migrates, makes the cache table, loads the reference data (each loader only changes what
differs), and the demo town when nobody lives in it yet. The demo accounts are written to FILE.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command

REFERENCE_LOADERS = (
    *("load_territory", "load_same_day_lines", "load_care_places", "load_middle_schools"),
    *("load_programmes", "load_award_terms", "load_incompatibilities"),
)


def main(accounts_file: Path) -> None:
    django.setup()
    _timed("Migrating the database", _migrate)
    call_command("createcachetable", verbosity=0)
    for loader in REFERENCE_LOADERS:
        _timed(f"Loading reference data ({loader})", partial(_quietly, loader))
    if not get_user_model().objects.exists():
        _timed("Loading the demo town", partial(_quietly, "load_demo", seed=45))
    accounts_file.write_text(_quietly("demo_accounts"), encoding="utf-8")


def _migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def _quietly(name: str, **options: object) -> str:
    output = StringIO()
    call_command(name, stdout=output, **options)
    return output.getvalue()


def _timed(what: str, do: Callable[[], object]) -> None:
    print(f"{what}…", end=" ", flush=True)
    started = time.monotonic()
    do()
    print(f"{time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
