"""Attack the running portal: `make attack`, or some parts of it: `make attack ARGS="uploads"`.

Serves a demo town of its own on loopback (PostgreSQL, gunicorn, worker), lets each part attack it,
prints one table, and fails when anything is lost. A run of all parts writes docs/trust.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack
from importlib import import_module

from tests.attack.outcome import Outcome
from tests.attack.report import report, table
from tests.attack.server import Server
from tools.demo import ROOT

# Modules of this package, in order; each has `run(server) -> list[Outcome]`. A part leaves the
# server as it found it: running, with its town.
PARTS: tuple[str, ...] = ("uploads", "crashes", "outages", "backups")
REPORT = ROOT / "docs" / "trust.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make attack")
    parser.add_argument("parts", nargs="*", help=f"some of: {', '.join(PARTS)}")
    chosen = parser.parse_args().parts or PARTS
    started = time.monotonic()
    outcomes: dict[str, list[Outcome]] = {}
    with ExitStack() as stack:
        server = Server(stack)
        server.start()
        for part in chosen:
            outcomes[part] = import_module(f"tests.attack.{part}").run(server)
    print(table(outcomes))  # noqa: T201 - a command's output
    if tuple(chosen) == PARTS:
        REPORT.write_text(report(outcomes, seconds=time.monotonic() - started), encoding="utf-8")
    return int(any(outcome.lost for part in outcomes.values() for outcome in part))


if __name__ == "__main__":
    sys.exit(main())
