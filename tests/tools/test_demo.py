"""`make demo` as people use it: from its first line to Ctrl-C, with nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools import demo
from tools.demo import DemoRefusedError
from tools.newcomer import free_port, processes_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def checkout(shared_folder: Path) -> Iterator[Path]:
    """A copy of the code with a town of its own, prepared by the first test that starts it."""
    copy = shared_folder / "Orléans Santé"
    shutil.copytree(
        ROOT,
        copy,
        ignore=shutil.ignore_patterns(".*", "__pycache__", "tests", "docs"),
        symlinks=True,
    )
    yield copy
    reset = subprocess.run(
        [sys.executable, "-m", "tools.demo", "--reset"],
        cwd=copy,
        env=_environment(0),
        check=False,
        capture_output=True,
        text=True,
    )
    assert reset.returncode == 0, reset.stderr


def _environment(port: int) -> dict[str, str]:
    """As in a shell: the tests' own database and settings stay out."""
    own = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT"}
    return {name: value for name, value in os.environ.items() if name not in own} | {
        "PORT": str(port)
    }


@contextmanager
def _running(checkout: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The command, from the line that says that it serves; killed if the test forgets it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.demo"],
        cwd=checkout,
        env=_environment(port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        try:
            lines = []
            while "Press Ctrl-C to stop" not in (line := process.stdout.readline()):
                lines.append(line)
                assert line, "".join(lines)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz/", timeout=10) as page:
                assert page.read() == b"ok\n"
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def _stop(process: subprocess.Popen[str], number: int) -> str:
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    return output


def test_demo_starts_stops_and_starts_again_as_it_was(checkout: Path) -> None:
    port = free_port()
    with _running(checkout, port) as process:
        assert len(processes_of(checkout)) > 5
        assert "Stopped." in _stop(process, signal.SIGINT)
    assert process.returncode == 0
    assert processes_of(checkout) == []
    prepared = (checkout / ".demo" / "prepared").stat().st_mtime_ns
    with _running(checkout, port) as process:
        _stop(process, signal.SIGTERM)
    assert process.returncode == 0
    assert processes_of(checkout) == []
    assert (checkout / ".demo" / "prepared").stat().st_mtime_ns == prepared


def test_demo_killed_leaves_no_process(checkout: Path) -> None:
    with _running(checkout, free_port()) as process:
        _stop(process, signal.SIGKILL)
    deadline = time.monotonic() + 15
    while (left := processes_of(checkout)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def test_second_demo_while_the_first_runs_says_so(checkout: Path) -> None:
    with _running(checkout, free_port()) as process:
        second = subprocess.run(
            [sys.executable, "-m", "tools.demo"],
            cwd=checkout,
            env=_environment(free_port()),
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        _stop(process, signal.SIGINT)
    assert second.returncode == 1
    assert "stop the other command first" in second.stderr


def test_port_in_use_is_refused_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(
            DemoRefusedError, match=f"Port {port} is already in use.*PORT={port + 1}"
        ):
            demo._require_free(port)


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1"])
def test_port_that_is_no_port_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(DemoRefusedError, match="between 1 and 65535"):
        demo._port()


def test_reset_never_empties_a_database_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///production")
    with pytest.raises(DemoRefusedError, match="empty that database yourself"):
        demo.reset()
