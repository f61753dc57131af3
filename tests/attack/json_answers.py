"""schemathesis over the addresses that answer programs, as /openapi.json describes them."""

from __future__ import annotations

import re
import subprocess

from tests.attack.outcome import Outcome, Tally
from tests.attack.server import Server
from tools.side_environments import programs, why_not_installed

_SECONDS = 45
_CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_schema_conformance", "unsupported_method"),
)
_CASES = re.compile(r"(\d+) (?:generated|test cases?)")
_FAILURE = re.compile(r"^- (.+)$", flags=re.MULTILINE)


def run(server: Server) -> list[Outcome]:
    tally = Tally("schemathesis over the JSON addresses")
    if reason := why_not_installed("schemathesis"):
        tally.record("installed", reason)
        return [tally.outcome()]
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments
            [
                *(str(programs("schemathesis") / "schemathesis"), "run"),
                *(f"{server.base_url}/openapi.json", "--checks", ",".join(_CHECKS)),
                *("--max-time", str(_SECONDS), "--continue-on-failure", "--no-color"),
                *("--generation-allow-x00", "true", "--header", "X-Forwarded-For: 198.51.100.1"),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS + 30,
            cwd=server.folder,
        )
    except subprocess.TimeoutExpired:
        tally.record("run", "did not end")
        return [tally.outcome()]
    said = done.stdout + done.stderr
    faults = failures(said)
    for _ in range(cases(said)):
        tally.record("case")
    for fault in faults:
        tally.record("case", fault)
    tally.record("run", "" if done.returncode == 0 or faults else said.strip()[-500:])
    return [tally.outcome()]


def cases(said: str) -> int:
    """How many requests were made up."""
    found = _CASES.search(said)
    return int(found[1]) if found else 0


def failures(said: str) -> list[str]:
    """Each kind of failure, once."""
    return sorted(set(_FAILURE.findall(said)))
