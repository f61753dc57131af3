"""The newcomer's clock: a clean clone, `make demo`, the first page, Ctrl-C, nothing left.

Runs on the machine's own python3. Prints the seconds from the clone to the page against a budget
of 60 s, and fails when a page is wrong, a process outlives the command, or twice the budget is
passed (a busy machine may well pass it once).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUDGET_SECONDS = 60
GIVE_UP_SECONDS = 240
# Not ours to hand down: the newcomer has a bare shell.
OWN_VARIABLES = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT", "VIRTUAL_ENV", "MAKEFLAGS"}


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="newcomer-"))
    folder.chmod(0o711)
    try:
        return _visit(folder / "orleans-sante")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _visit(clone: Path) -> int:
    port = free_port()
    started = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    process = subprocess.Popen(
        ["make", "demo", f"PORT={port}"],
        cwd=clone,
        env={name: value for name, value in os.environ.items() if name not in OWN_VARIABLES},
        start_new_session=True,
    )
    try:
        page = _first_page(f"http://127.0.0.1:{port}/", process)
        seconds = time.monotonic() - started
    finally:
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C sends
        process.wait(timeout=60)
    left = processes_of(clone)
    print(
        f"Newcomer's clock: {seconds:.1f} s from the clone to the first page "
        f"(budget {BUDGET_SECONDS} s).",
        flush=True,
    )
    for problem in _problems(page, seconds, left):
        print(f"Newcomer's clock: {problem}", file=sys.stderr)
        return 1
    return 0


def _problems(page: str, seconds: float, left: list[str]) -> list[str]:
    return [
        *(["no first page"] if not page else []),
        *(["the first page has no heading"] if page and "<h1" not in page else []),
        *(["more than twice the budget"] if seconds > 2 * BUDGET_SECONDS else []),
        *[f"left running: {command}" for command in left],
    ]


def _first_page(address: str, process: subprocess.Popen[bytes]) -> str:
    """The page once it answers 200, or "" when the command ended or time is up."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return str(response.read().decode())
        except urllib.error.HTTPError as error:
            print(f"Newcomer's clock: {address} answers {error.code}", file=sys.stderr)
            return ""
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(clone: Path) -> list[str]:
    """Command lines of the processes that work in, or on, the clone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            folder = (entry / "cwd").readlink()
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        if str(clone) in command or folder.is_relative_to(clone):
            found.append(command)
    return found


if __name__ == "__main__":
    sys.exit(main())
