"""Measure the portal from a thousand case files to a million: `make bench-scale`.

Fills one throw-away database step by step, serves it with gunicorn as `make demo` does, asks for
each page at each size, and writes docs/scale.md with its plot. Fails when a budget is passed, or
when something is found that the portal would have refused.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING

import django

from tools import demo
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres, temporary_folder

if TYPE_CHECKING:
    from tests.bench.growth.report import Run

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DOCS = demo.ROOT / "docs"
REFERENCE_LOADERS = ("load_territory", "load_programmes", "load_award_terms")
# Beside the files, so that what is measured shares the machine with them.
ROOMS, PLACES = 20_000, 100_000
# A database that takes thirty million rows at once, and is measured with nothing in its back.
_OPTIONS = (
    *("shared_buffers=1GB", "max_wal_size=16GB", "checkpoint_timeout=1h", "autovacuum=off"),
    "max_parallel_maintenance_workers=2",
)


def main(sizes: Sequence[int]) -> int:
    port = free_port()
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("bench-"))
        database = EmbeddedPostgres(folder / "postgres", volatile=True, options=_OPTIONS)
        stack.callback(database.stop)
        variables = demo.environment(port, database.start(), folder, dev=False)
        variables["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"  # nothing is throttled
        os.environ |= variables
        django.setup()
        at = _prepare()
        town = demo.Town(folder, variables, stack)
        web = town.start("web", demo.web_command(port, dev=False))
        town.wait_for_first_page(port)
        assert database.pid is not None
        run = _measure(sizes, at, port, [web, database.pid])
    return _write(run)


def _prepare() -> datetime:
    """Tables, reference data, people, rooms and places; returns the instant of the run."""
    from django.core.management import call_command  # noqa: PLC0415 - needs django.setup()

    from apps.core import clock  # noqa: PLC0415 - likewise
    from tests.bench.growth.people import prepare  # noqa: PLC0415 - likewise
    from tests.bench.radius import fill  # noqa: PLC0415 - likewise

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    for loader in REFERENCE_LOADERS:
        call_command(loader, stdout=StringIO())
    at = clock.now()
    prepare(at)
    fill(ROOMS, PLACES)
    return at


def _measure(sizes: Sequence[int], at: datetime, port: int, servers: list[int]) -> Run:
    from tests.bench.growth.asks import all_asks  # noqa: PLC0415 - needs django.setup()
    from tests.bench.growth.checks import broken  # noqa: PLC0415 - likewise
    from tests.bench.growth.loading import count_rows, grow, settle  # noqa: PLC0415 - likewise
    from tests.bench.growth.measuring import ask_all, export_of  # noqa: PLC0415 - likewise
    from tests.bench.growth.report import Run, Stage  # noqa: PLC0415 - likewise

    run = Run(asks=all_asks())
    for size in sizes:
        started = time.monotonic()
        grow(size, at=at)
        loaded = time.monotonic() - started
        settle()
        print(f"{size} files: loaded in {loaded:.0f} s", flush=True)  # noqa: T201
        stage = Stage(
            files=size,
            rows=count_rows(),
            loading_seconds=loaded,
            broken=broken(),
            costs=ask_all(port, servers),
            export=export_of(port, size, servers),
        )
        run.stages.append(stage)
        seconds = time.monotonic() - started
        print(f"{stage.rows} rows, measured and checked at {seconds:.0f} s", flush=True)  # noqa: T201
    return run


def _write(run: Run) -> int:
    from tests.bench.growth.report import figure, report, table  # noqa: PLC0415 - see above

    print(table(run), table(run, registered=True), sep="\n\n")  # noqa: T201 - a command's output
    (DOCS / "scale.md").write_text(report(run), encoding="utf-8")
    (DOCS / "scale.svg").write_text(figure(run), encoding="utf-8")
    print("\n".join(run.all_excesses()) or "Everything is within its budget.")  # noqa: T201
    return int(bool(run.all_excesses()))


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or SIZES))
