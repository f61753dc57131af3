"""Make a backup while people go on: one instant of the database, then the files it names."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, BinaryIO, cast

from django.core.files.storage import Storage
from django.db import connection, transaction
from psycopg import sql

from apps.files.backups.archive import (
    DATABASE,
    FILES,
    FORMAT,
    MANIFEST,
    BackupError,
    Manifest,
    Progress,
    encrypted,
)
from apps.files.backups.postgres import dumping, server_version
from apps.files.disk import private_storage
from apps.files.models import StoredFile

_PIECE = 8 * 1024 * 1024


@dataclass
class _Instant:
    """What the database held when the backup began."""

    snapshot: str
    server_version: int
    rows: dict[str, int] = field(default_factory=dict)
    files: list[tuple[str, int]] = field(default_factory=list)  # name and size


def write_backup(
    output: BinaryIO,
    *,
    public_key: str,
    at: datetime,
    progress: Progress,
) -> Manifest:
    """Write all rows and private files to `output`, encrypted for `public_key`.

    The rows are of one instant. A file is written before its row and never changes: those of that
    instant are still there, but for one that somebody erases meanwhile, which the manifest names.
    Nothing reaches a disk in the clear. Raises BackupError.
    """
    storage = private_storage()
    with (
        encrypted(output, public_key=public_key) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        _instant() as instant,
    ):
        size, digest = _add_database(archive, instant, progress)
        files, gone = _add_files(archive, storage, instant, progress)
        manifest = Manifest(
            format=FORMAT,
            made_at=at.isoformat(),
            server_version=instant.server_version,
            rows=instant.rows,
            database_bytes=size,
            database_sha256=digest,
            files=files,
            gone=gone,
        )
        _add(archive, MANIFEST, manifest.as_json())
    return manifest


@contextmanager
def _instant() -> Iterator[_Instant]:
    """Hold one view of the database, which pg_dump shares."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        instant = _Instant(cursor.fetchone()[0], server_version())
        instant.rows = count_rows()
        instant.files = list(
            StoredFile.objects.filter(erased_at=None).order_by("file").values_list("file", "size")
        )
        yield instant


def count_rows() -> dict[str, int]:
    """Rows of each table, by its name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        tables = [name for (name,) in cursor.fetchall()]
        rows = {}
        for table in tables:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            rows[table] = cursor.fetchone()[0]
    return rows


def _add_database(
    archive: tarfile.TarFile, instant: _Instant, progress: Progress
) -> tuple[int, str]:
    """Size and digest of what pg_dump writes."""
    digest, size = hashlib.sha256(), 0
    with dumping(snapshot=instant.snapshot) as dump:
        assert dump.stdout is not None  # noqa: S101 - Popen with a pipe
        while piece := dump.stdout.read(_PIECE):
            _add(archive, f"{DATABASE}{size // _PIECE:04}", piece)
            digest.update(piece)
            size += len(piece)
            progress("Base de données (octets)", size, 0)
        _, errors = dump.communicate()
    if dump.returncode:
        raise BackupError(f"pg_dump s’est arrêté : {errors.decode(errors='replace').strip()}")
    return size, digest.hexdigest()


def _add_files(
    archive: tarfile.TarFile, storage: Storage, instant: _Instant, progress: Progress
) -> tuple[dict[str, str], list[str]]:
    """Digests of the files by name, and the names of those that are gone."""
    digests, gone = {}, []
    for number, (name, size) in enumerate(instant.files, start=1):
        try:
            content = storage.open(name)
        except FileNotFoundError:
            gone.append(name)
            continue
        with content:
            reader = _HashingReader(cast("IO[bytes]", content))
            member = tarfile.TarInfo(f"{FILES}{name}")
            member.size = size
            archive.addfile(member, reader)  # type: ignore[arg-type]
            digests[name] = reader.digest.hexdigest()
        progress("Fichiers", number, len(instant.files))
    return digests, gone


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


class _HashingReader:
    """Hands a file on piece by piece, and hashes what passes."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece
