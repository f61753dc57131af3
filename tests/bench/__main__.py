"""Measure the portal's pages on the demo town: `make bench`.

Serves the demo town with gunicorn as `make demo` does, beside two floor pages in the same
processes, asks for each page in turn in several rounds, and keeps medians. Prints a table and
writes docs/performance.md. Fails when a budget is passed.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from tools import demo
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres

REPORT = demo.ROOT / "docs" / "performance.md"


def main() -> int:
    port = free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        folder.chmod(0o711)  # root's PostgreSQL runs as another account, which must pass
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
        from tests.bench.report import report, table  # noqa: PLC0415 - likewise

        assert database.pid is not None
        results = measure_all(port, servers=[web, database.pid])
    print(table(results))  # noqa: T201 - a command's output
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(report(results), encoding="utf-8")
    return int(any(result.excesses for result in results))


if __name__ == "__main__":
    sys.exit(main())
