"""Measure the portal's pages on the demo town: `make bench`.

Serves the demo town with gunicorn as `make demo` does, beside two floor pages in the same
processes, and beside nginx and Wagtail where they can be had (others.py); asks for each page in
turn in several rounds, and keeps medians. Prints tables and writes docs/performance.md. Fails
when a budget is passed.
"""

from __future__ import annotations

import os
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import django

from tests.bench.others import Other, nginx_with, wagtail
from tools import demo
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres, temporary_folder

REPORT = demo.ROOT / "docs" / "performance.md"
LINE = "/medecin-du-jour/45234-orleans/"


def main() -> int:
    port = free_port()
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("bench-"))
        database = EmbeddedPostgres(folder / "postgres")
        stack.callback(database.stop)
        variables = demo.environment(port, database.start(), folder, dev=False)
        town = demo.Town(folder, variables, stack)
        town.prepare()
        variables["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
        web = town.start("web", demo.web_command(port, dev=False))
        town.wait_for_first_page(port)
        os.environ |= variables
        django.setup()
        from tests.bench.measures import measure_all  # noqa: PLC0415 - needs the line above
        from tests.bench.report import Run, report, tables  # noqa: PLC0415 - likewise

        assert database.pid is not None
        others, absent = _others(stack, folder, port, database)
        results, beside = measure_all(port, servers=[web, database.pid], others=others)
    run = Run(results=results, beside=beside, absent=absent)
    print(tables(run))  # noqa: T201 - a command's output
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(report(run), encoding="utf-8")
    return int(any(result.excesses for result in results) or bool(run.excesses))


def _others(
    stack: ExitStack, folder: Path, port: int, database: EmbeddedPostgres
) -> tuple[list[Other], list[str]]:
    """What is measured beside the portal, and why some of it is not."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{LINE}", timeout=30) as response:
        page = bytes(response.read())
    assert database.pid is not None
    found, absent = [], []
    for others in (
        nginx_with(stack, folder, page),
        wagtail(stack, database.url, database.pid),
    ):
        if isinstance(others, str):
            absent.append(others)
        else:
            found += [others] if isinstance(others, Other) else others
    return found, absent


if __name__ == "__main__":
    sys.exit(main())
