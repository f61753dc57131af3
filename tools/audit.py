"""`make audit`, `make bandit`, `make sbom`: what we depend on, looked at by tools kept apart.

Known faults are looked for where the list of them can be reached: without a network nothing is
audited, it says so, and passes, for `make check` runs on a train too. A known fault fails.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.side_environments import programs, why_not_installed

_ROOT = Path(__file__).resolve().parents[1]
_LOCKS = ("base", "dev")
_AUDIT = (
    *("pip-audit", "--disable-pip", "--require-hashes"),
    *("--progress-spinner", "off", "--timeout", "15"),
)
_BANDIT = ("bandit", "-q", "-r", "apps", "orleans_sante", "tools", "-c", "pyproject.toml")
_SBOM = (
    *("cyclonedx-py", "requirements", "requirements/base.txt", "--pyproject", "pyproject.toml"),
    *("--output-reproducible", "--of", "JSON", "-o", "sbom.json"),
)
# What pip-audit and uv say when what they ask is out of reach.
_OUT_OF_REACH = (
    *("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "ServiceError"),
    *("Could not connect", "Max retries exceeded", "Name or service not known"),
    *("Failed to fetch", "error sending request", "dns error"),
)


def main(task: str) -> int:
    if reason := why_not_installed("audit"):
        print(reason)
        return int(not is_out_of_reach(reason))
    match task:
        case "bandit":
            return _run(*_BANDIT).returncode
        case "sbom":
            return _run(*_SBOM).returncode
        case _:
            return _look_for_faults()


def _look_for_faults() -> int:
    for lock in _LOCKS:
        path = f"requirements/{lock}.txt"
        done = _run(*_AUDIT, "-r", path, is_quiet=True)
        output = done.stdout + done.stderr
        print(verdict(path, done.returncode, output))
        if done.returncode and not is_out_of_reach(output):
            return 1
    return 0


def verdict(lock: str, returncode: int, output: str) -> str:
    """One line, or the faults that were found."""
    if returncode == 0:
        return f"{lock}: no known fault."
    if is_out_of_reach(output):
        return f"{lock}: not audited, the list of known faults is out of reach."
    return f"{lock}:\n{output.strip()}"


def is_out_of_reach(output: str) -> bool:
    """A table of faults is never taken for a fault of the network."""
    return "Fix Versions" not in output and any(sign in output for sign in _OUT_OF_REACH)


def _run(tool: str, *arguments: str, is_quiet: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(programs("audit") / tool), *arguments],
        cwd=_ROOT,
        capture_output=is_quiet,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
