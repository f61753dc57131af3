"""The demo town, served: `make demo`.

Starts the embedded PostgreSQL (unless DATABASE_URL is set), prepares the database when the code
has changed since last time, then serves with gunicorn beside a worker for background jobs.
Ctrl-C stops all of it in order. Everything it writes is below `.demo/`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from types import FrameType

from tools.postgres import EmbeddedPostgres, PostgresUnavailableError, die_with_parent

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".demo"
ACCOUNTS = "accounts.txt"
_FIRST_PAGE_TIMEOUT_SECONDS = 60
_STOP_TIMEOUT_SECONDS = 10
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoRefusedError(Exception):
    """The demo cannot go on: the message is one line that says what to do."""


class Stopped(BaseException):
    """Somebody asked us to stop."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--reset", action="store_true", help="forget the town")
    parser.add_argument("--dev", action="store_true", help="serve with Django's reloading server")
    options = parser.parse_args()
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        if options.reset:
            reset()
        else:
            serve(_port(), dev=options.dev)
    except Stopped:
        print("\nStopped.", flush=True)
    except (DemoRefusedError, PostgresUnavailableError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def reset() -> None:
    if os.environ.get("DATABASE_URL"):
        raise DemoRefusedError("DATABASE_URL is set: empty that database yourself, or unset it.")
    EmbeddedPostgres(FOLDER / "postgres").destroy()
    shutil.rmtree(FOLDER, ignore_errors=True)
    print("The demo town is forgotten: make demo begins anew.")


def serve(port: int, *, dev: bool) -> None:
    """Serve until a signal comes; nothing started here outlives this function."""
    started = time.monotonic()
    _require_free(port)
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        try:
            town = Town(FOLDER, environment(port, _database_url(stack), FOLDER, dev=dev), stack)
            town.prepare()
            town.start("web", web_command(port, dev=dev))
            # Should we be killed, the database goes too, and a worker without it waits.
            town.start("worker", worker_command(), orphaned=signal.SIGKILL)
            town.wait_for_first_page(port)
            _print_welcome(port, time.monotonic() - started)
            while True:
                town.require_alive()
                time.sleep(0.5)
        finally:
            # A second Ctrl-C must not interrupt the orderly stop, which has its own time limits:
            # leaving the stack stops the worker, then the web, then the database.
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN)


class Town:
    """The processes that serve one demo town, with their logs in `folder`."""

    def __init__(self, folder: Path, environment: dict[str, str], stack: ExitStack) -> None:
        self.folder = folder
        self.environment = environment
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self._stack = stack  # stops them, the last started first

    def prepare(self) -> None:
        """Migrate and load, unless this very code already did so on a database of our own."""
        digest = _code_digest(self.environment["DATABASE_URL"])
        stamp = self.folder / "prepared"
        own_database = not os.environ.get("DATABASE_URL")
        if own_database and stamp.exists() and stamp.read_text() == digest:
            return
        command = [sys.executable, "-m", "tools.prepare", str(self.folder / ACCOUNTS)]
        settings = {"DJANGO_SETTINGS_MODULE": "orleans_sante.settings.demo"}
        child = _spawn(command, self.environment | settings)
        try:
            if child.wait():
                raise DemoRefusedError(
                    "The demo town is not prepared: read the lines above. If this town was made "
                    "by other code, `make demo-reset` begins anew."
                )
        finally:
            _terminate(child)
        stamp.write_text(digest)

    def start(
        self, name: str, command: list[str], *, orphaned: signal.Signals = signal.SIGTERM
    ) -> int:
        """Start `command`, its output in `<name>.log`, and return its process number.

        It gets the signal `orphaned` should we die without stopping it.
        """
        with (self.folder / f"{name}.log").open("wb") as log:
            child = _spawn(command, self.environment, orphaned=orphaned, output=log.fileno())
        self.children[name] = child
        self._stack.callback(_terminate, child)
        return child.pid

    def stop(self, name: str) -> None:
        """Ask this process to finish, and make sure that it did."""
        _terminate(self.children.pop(name))

    def require_alive(self) -> None:
        """Raise DemoRefusedError with the last lines of the log of a process that ended."""
        for name, child in self.children.items():
            if child.poll() is not None:
                log = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()[-15:]
                reason = f"The {name} process stopped: see the lines above."
                raise DemoRefusedError("\n".join([*log, reason]))

    def wait_for_first_page(self, port: int) -> None:
        deadline = time.monotonic() + _FIRST_PAGE_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            self.require_alive()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise DemoRefusedError(
            f"No page after {_FIRST_PAGE_TIMEOUT_SECONDS} s: see {self.folder}/web.log."
        )


def _port() -> int:
    given = os.environ.get("PORT", "8000")
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise DemoRefusedError(f"PORT must be a number between 1 and 65535, not {given!r}.")
    return int(given)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise DemoRefusedError(f"Port {port} needs root: try make demo PORT=8000.") from error
        except OSError as error:
            raise DemoRefusedError(
                f"Port {port} is already in use: stop the other program, or choose another "
                f"port: make demo PORT={port + 1 if port < 65535 else 8000}."
            ) from error


def _database_url(stack: ExitStack) -> str:
    if url := os.environ.get("DATABASE_URL"):
        return url
    server = EmbeddedPostgres(FOLDER / "postgres")
    stack.callback(server.stop)
    return server.start()


def environment(port: int, database_url: str, folder: Path, *, dev: bool) -> dict[str, str]:
    """Variables of every process of a town; its files go to `folder`."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": f"orleans_sante.settings.{'dev' if dev else 'demo'}",
        "DATABASE_URL": database_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PRIVATE_MEDIA_ROOT": os.environ.get("PRIVATE_MEDIA_ROOT", str(folder / "files")),
        "LAST_KNOWN_PAGES": str(folder / "pages"),
        "PYTHONUNBUFFERED": "1",
    }


def _code_digest(database_url: str) -> str:
    """Changes whenever the code, the reference data or the locked packages do."""
    digest = hashlib.sha256(database_url.encode())
    files = [ROOT / "requirements" / "base.txt"]
    for folder in ("apps", "orleans_sante", "fixtures", "tools"):
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted(path for path in files if path.suffix != ".pyc"):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def web_command(port: int, *, dev: bool) -> list[str]:
    if dev:
        return [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}"]
    return [
        *(sys.executable, "-m", "gunicorn", "orleans_sante.wsgi"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
        *("--limit-request-line", "8190"),  # what a long paste makes; nginx stops there too
        *("--workers", "2", "--threads", "4", "--preload"),
        *("--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"),
    ]


def worker_command() -> list[str]:
    return [sys.executable, "manage.py", "procrastinate", "worker"]


def _spawn(
    command: list[str],
    environment: dict[str, str],
    *,
    orphaned: signal.Signals = signal.SIGTERM,
    output: int | None = None,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,  # Ctrl-C is for us: we stop the others in order
        preexec_fn=partial(  # noqa: PLW1509 - no thread here
            die_with_parent, os.getpid(), orphaned
        ),
    )


def _terminate(child: subprocess.Popen[bytes]) -> None:
    """Ask `child` to finish, then make sure that nothing of its group is left."""
    if child.poll() is None:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(_STOP_TIMEOUT_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _print_welcome(port: int, seconds: float) -> None:
    address = f"http://127.0.0.1:{port}"
    print(f"\nOrléans Santé is ready at {address}/ ({seconds:.1f} s)")
    print(f"  Guichet unique (staff)   {address}/admin/")
    print(f"  E-mails of the demo      {address}/demo/courriels/")
    if (accounts := FOLDER / ACCOUNTS).exists():
        print(f"\n{accounts.read_text(encoding='utf-8').rstrip()}")
    print("\nLogs are in .demo/. Press Ctrl-C to stop.", flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
