"""A second PostgreSQL with its own folder of files: empty, to bring a backup back to."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tools.postgres import EmbeddedPostgres, find_binaries

_SECONDS = 60
_DIGEST = sql.SQL("SELECT count(*), md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {} r")


@contextmanager
def empty_server(
    folder: Path, options: tuple[str, ...] = ()
) -> Iterator[tuple[EmbeddedPostgres, dict[str, str]]]:
    """The server, and the variables by which the portal reaches it and its files."""
    folder.mkdir(mode=0o711)
    database = EmbeddedPostgres(folder / "postgres", options=options)
    try:
        yield (
            database,
            {
                "DATABASE_URL": database.start(),
                "PRIVATE_MEDIA_ROOT": str(folder / "files"),
                "DJANGO_SETTINGS_MODULE": "orleans_sante.settings.demo",
            },
        )
    finally:
        database.stop()


def connect(database: EmbeddedPostgres) -> psycopg.Connection[Any]:
    return psycopg.connect(database.url, autocommit=True)


_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence = 'p'
"""


def rows(database: EmbeddedPostgres) -> dict[str, str]:
    """A digest of the rows of each table, in any order; throttles are not kept (UNLOGGED)."""
    found = {}
    with connect(database) as connection:
        for (table,) in connection.execute(_TABLES).fetchall():
            row = connection.execute(_DIGEST.format(sql.Identifier(table))).fetchone()
            assert row is not None
            found[table] = f"{row[0]} {row[1]}"
    return found


def files(folder: Path) -> dict[str, str]:
    """Digest of each file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def faults_of_files(database: EmbeddedPostgres, folder: Path) -> list[str]:
    """Rows without their file, or with another one."""
    on_disk = files(folder)
    with connect(database) as connection:
        stored = connection.execute(
            "SELECT file, sha256 FROM files_storedfile WHERE erased_at IS NULL"
        ).fetchall()
    return [
        f"{name} is {on_disk.get(name)}" for name, sha256 in stored if on_disk.get(name) != sha256
    ]


def copy_base(database: EmbeddedPostgres, target: Path) -> None:
    """A base copy of the running server, owned by its account."""
    subprocess.run(  # noqa: S603 - our own arguments
        [
            *(str(find_binaries() / "pg_basebackup"), "--pgdata", str(target)),
            *("--host", str(database.socket_dir), "--username", "postgres"),
            *("--checkpoint", "fast"),
        ],
        check=True,
        capture_output=True,
    )
    owner = database.data_dir.stat()
    for path in (target, *target.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def archive_now(database: EmbeddedPostgres) -> None:
    """Hand over what was written so far to the archive, and wait until it is there."""
    with connect(database) as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        _wait(
            lambda: (
                connection.execute(
                    "SELECT last_archived_wal >= %s FROM pg_stat_archiver", [row[0]]
                ).fetchone()
                == (True,)
            )
        )


def wait_until_writable(database: EmbeddedPostgres) -> None:
    """A server that recovers reads only, until it has reached its target."""

    def is_over() -> bool:
        with connect(database) as connection:
            return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)

    _wait(is_over)


def _wait(is_over: Any) -> None:
    deadline = time.monotonic() + _SECONDS
    while not is_over():
        assert time.monotonic() < deadline
        time.sleep(0.1)
