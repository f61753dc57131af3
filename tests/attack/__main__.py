"""Attack the running portal: `make attack`, or some parts of it: `make attack ARGS="uploads"`.

Serves a demo town of its own on loopback (PostgreSQL, gunicorn, worker), lets each part attack it,
prints one table, and fails when anything is lost. A run of all parts writes docs/trust.md. A part
that breaks down or takes too long is told in the table; the next one begins all the same.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from types import FrameType

from tests.attack.outcome import Part, Tally
from tests.attack.report import report, table
from tests.attack.server import Server
from tools.demo import ROOT

# Modules of this package, in order, and the seconds after which each is given up; each has
# `run(server) -> list[Outcome]`. A part leaves the server as it found it: running, with its town.
PARTS: dict[str, int] = {
    "uploads": 300,
    "doors": 200,
    "stalled": 120,
    "crashes": 420,
    "outages": 400,
    "backups": 400,
    "json_answers": 90,
    "scanner": 370,
}
REPORT = ROOT / "docs" / "trust.md"


class _TooLongError(Exception):
    """A part's time is over."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make attack")
    parser.add_argument("parts", nargs="*", help=f"some of: {', '.join(PARTS)}")
    chosen = parser.parse_args().parts or list(PARTS)
    started = time.monotonic()
    parts: list[Part] = []
    with ExitStack() as stack:
        server = Server(stack)
        server.start()
        parts.append(Part("the town", [], time.monotonic() - started))
        for name in chosen:
            parts.append(_attack(server, name))
            print(f"{name}: {parts[-1].seconds:.0f} s", flush=True)  # noqa: T201 - a command's output
    print(table(parts))  # noqa: T201
    if chosen == list(PARTS):
        REPORT.write_text(report(parts), encoding="utf-8")
    return int(any(outcome.lost for part in parts for outcome in part.outcomes))


def _attack(server: Server, name: str) -> Part:
    """One part, to its end or as far as it came."""
    started = time.monotonic()
    try:
        with _at_most(PARTS[name]):
            outcomes = list(import_module(f"tests.attack.{name}").run(server))
    except Exception as fault:  # noqa: BLE001 - whatever breaks is told, and the others go on
        traceback.print_exc()
        tally = Tally(f"The part « {name} »")
        tally.record("to its end", f"{type(fault).__name__}: {fault}")
        outcomes = [tally.outcome()]
        server.revive()
    return Part(name, outcomes, time.monotonic() - started)


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLongError(f"did not end in {seconds} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    sys.exit(main())
