"""Bring a backup back into an empty server: all of it is checked before anything is written."""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, BinaryIO

from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import connection

from apps.files.backups.archive import (
    DATABASE,
    FILES,
    FORMAT,
    MANIFEST,
    BackupError,
    Manifest,
    Progress,
    damaged,
    decrypted,
)
from apps.files.backups.making import count_rows
from apps.files.backups.postgres import load_dump
from apps.files.disk import private_storage

_BLOCK = 1024 * 1024
# What an archive of ours may hold: nothing may be written elsewhere than where we say.
_NAMES = re.compile(
    rf"{DATABASE}\d{{4,}}|{FILES}[0-9a-f]{{2}}/[0-9a-f]{{2}}/[0-9a-f]{{32}}(_\w{{7}})?|{MANIFEST}"
)


@dataclass
class _Unpacked:
    """The archive in a private folder, with the digests of what came out."""

    folder: Path
    dump: hashlib._Hash = field(default_factory=hashlib.sha256)
    files: dict[str, str] = field(default_factory=dict)
    manifest: Manifest | None = None

    @property
    def dump_path(self) -> Path:
        return self.folder / "database.dump"

    def file_path(self, name: str) -> Path:
        return self.folder / name.replace("/", "-")


def why_not_restore() -> str:
    """Reason why nothing may be brought back here, or an empty string."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if tables := cursor.fetchone()[0]:
            return (
                f"Cette base n’est pas vide ({tables} tables). "
                "Donnez une base neuve : DATABASE_URL."
            )
    if any(_everything(private_storage())):
        return (
            "Le dossier des fichiers n’est pas vide. Donnez un dossier neuf : PRIVATE_MEDIA_ROOT."
        )
    return ""


def restore_backup(
    source: BinaryIO,
    *,
    secret_key: str,
    progress: Progress,
    scratch: Path | None = None,
) -> Manifest:
    """Bring the database and the files back, all or nothing.

    The archive is first opened into a private folder below `scratch` and compared with its
    manifest; then the files are put in place, then the database in one transaction. Whatever
    fails, nothing stays. Raises BackupError.
    """
    if reason := why_not_restore():
        raise BackupError(reason)
    with TemporaryDirectory(prefix="restore-", dir=scratch) as folder:
        unpacked = _Unpacked(Path(folder))
        with decrypted(source, secret_key=secret_key) as stream:
            _unpack(stream, unpacked, progress)
        manifest = _checked(unpacked)
        with _files_in_place(unpacked, manifest, progress):
            progress("Base de données", 0, 1)
            load_dump(unpacked.dump_path)
        progress("Base de données", 1, 1)
    return manifest


def tables_that_differ(manifest: Manifest) -> list[str]:
    """Tables without the rows that they had: empty after any return that went to its end."""
    rows = count_rows()
    return sorted(
        name for name in rows | manifest.rows if rows.get(name) != manifest.rows.get(name)
    )


def _unpack(stream: BinaryIO, unpacked: _Unpacked, progress: Progress) -> None:
    count = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for count, member in enumerate(archive, start=1):
                content = archive.extractfile(member)
                if content is None or not _NAMES.fullmatch(member.name):
                    raise damaged(f"nom inattendu : {member.name}")
                _take(member.name, content, unpacked)
                progress("Archive ouverte (éléments)", count, 0)
        while stream.read(_BLOCK):  # to its end: the last seal is checked there
            continue
    except tarfile.TarError as error:
        raise damaged(str(error)) from error


def _take(name: str, content: IO[bytes], unpacked: _Unpacked) -> None:
    if name == MANIFEST:
        try:
            unpacked.manifest = Manifest.from_json(content.read())
        except (ValueError, TypeError) as error:
            raise damaged("manifeste illisible") from error
    elif name.startswith(DATABASE):
        with unpacked.dump_path.open("ab") as dump:
            _copy(content, dump, unpacked.dump)
    else:
        name, digest = name.removeprefix(FILES), hashlib.sha256()
        with unpacked.file_path(name).open("wb") as copy:
            _copy(content, copy, digest)
        unpacked.files[name] = digest.hexdigest()


def _copy(source: IO[bytes], target: IO[bytes], digest: hashlib._Hash) -> None:
    while block := source.read(_BLOCK):
        digest.update(block)
        target.write(block)


def _checked(unpacked: _Unpacked) -> Manifest:
    """The manifest, once all that came out is what it says."""
    manifest = unpacked.manifest
    if manifest is None:
        raise damaged("manifeste absent")
    if manifest.format != FORMAT:
        raise BackupError(f"Cette sauvegarde est d’un autre format ({manifest.format}).")
    if unpacked.dump.hexdigest() != manifest.database_sha256:
        raise damaged("la base n’a pas l’empreinte annoncée")
    if unpacked.files != manifest.files:
        raise damaged("des fichiers manquent, ou n’ont pas l’empreinte annoncée")
    return manifest


@contextmanager
def _files_in_place(unpacked: _Unpacked, manifest: Manifest, progress: Progress) -> Iterator[None]:
    """The files where their rows will look for them; gone again when the rest fails."""
    storage = private_storage()
    written: list[str] = []
    try:
        for number, name in enumerate(manifest.files, start=1):
            with unpacked.file_path(name).open("rb") as content:
                written.append(storage.save(name, File(content)))
            progress("Fichiers", number, len(manifest.files))
        yield
    except BaseException:
        for name in written:
            storage.delete(name)
        raise


def _everything(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file of the storage."""
    if not storage.exists(folder):
        return
    folders, files = storage.listdir(folder)
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _everything(storage, f"{folder}/{name}" if folder else name)
