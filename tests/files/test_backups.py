"""A backup made while somebody writes, and its return into an empty server: the same, to the byte.

`make attack` does it again on the demo town, with processes.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from apps.core.consistency import check_everything
from apps.files.backups.archive import BackupError, Manifest, decrypted, encrypted, make_key
from apps.files.backups.making import count_rows, write_backup
from apps.files.backups.returning import restore_backup, tables_that_differ
from apps.files.models import StoredFile
from apps.files.storage import erase_file
from tests.factories.files import StoredFileFactory
from tests.support.text import plain
from tests.support.threads import race

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
SECRET, PUBLIC = make_key()


def say_nothing(stage: str, done: int, total: int) -> None:
    """Progress that nobody reads."""


class EmptyServer:
    """A new database and an empty folder: within `reached()`, the portal's own."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self.folder = folder

    @contextmanager
    def reached(self) -> Iterator[None]:
        usual = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self._name
        try:
            with override_settings(PRIVATE_MEDIA_ROOT=self.folder):
                yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual

    def holds(self) -> tuple[dict[str, int], dict[str, str]]:
        """Rows of its tables, digests of its files."""
        with self.reached():
            return count_rows(), digests(self.folder)


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[EmptyServer]:
    name = f"{connection.settings_dict['NAME']}_empty"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield EmptyServer(name, tmp_path / "files")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def backup(progress: Any = say_nothing) -> tuple[bytes, Manifest]:
    output = io.BytesIO()
    manifest = write_backup(output, public_key=PUBLIC, at=AT, progress=progress)
    return output.getvalue(), manifest


def restore(content: bytes, server: EmptyServer, *, secret: str = SECRET) -> Manifest:
    with server.reached():
        return restore_backup(io.BytesIO(content), secret_key=secret, progress=say_nothing)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.django_db(transaction=True)
def test_backup_made_while_somebody_writes_comes_back_as_of_its_beginning(
    media: Path, empty_server: EmptyServer
) -> None:
    kept = [StoredFileFactory() for _ in range(3)]
    then = digests(media)
    triggers = count_triggers()
    later: list[StoredFile] = []

    def write_meanwhile(stage: str, done: int, total: int) -> None:
        if not later:
            later.extend(race(StoredFileFactory))  # a connection of its own

    content, manifest = backup(write_meanwhile)
    restore(content, empty_server)

    assert len(later) == 1
    assert manifest.rows["files_storedfile"] == 3
    assert empty_server.holds() == (manifest.rows, then)
    with empty_server.reached():
        assert tables_that_differ(manifest) == []
        back = set(StoredFile.objects.values_list("pk", "sha256", "file"))
        assert count_triggers() == triggers > 50
    assert back == {(file.pk, file.sha256, file.file.name) for file in kept}
    assert all(then[name] == sha256 for _, sha256, name in back)


def count_triggers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_file_erased_meanwhile_is_named(media: Path) -> None:
    erased, kept = StoredFileFactory(), StoredFileFactory()
    name = erased.file.name
    gone: list[str] = []

    def erase_meanwhile(stage: str, done: int, total: int) -> None:
        if not gone:
            gone.append(name)
            (media / name).unlink()

    _, manifest = backup(erase_meanwhile)

    assert manifest.gone == [name]
    assert list(manifest.files) == [kept.file.name]


@pytest.mark.django_db(transaction=True)
def test_erased_file_is_not_missed(media: Path) -> None:
    erased = StoredFileFactory()
    erase_file(erased, at=AT)
    _, manifest = backup()
    assert (manifest.files, manifest.gone) == ({}, [])
    assert check_everything(at=AT).count == 0


@pytest.mark.django_db(transaction=True)
def test_wrong_key_or_damage_is_said_and_nothing_comes_back(
    media: Path, empty_server: EmptyServer
) -> None:
    StoredFileFactory()
    content, _ = backup()
    cut, flipped = content[: len(content) // 2], bytearray(content)
    flipped[len(content) * 2 // 3] ^= 1
    damages = {
        "wrong key": (content, make_key()[0], "Cette clé n’ouvre pas cette sauvegarde."),
        "no key": (content, "clé", "Ce fichier n’est pas une clé secrète"),
        "cut": (cut, SECRET, "Cette sauvegarde est abîmée ou incomplète"),
        "last byte away": (content[:-1], SECRET, "Cette sauvegarde est abîmée ou incomplète"),
        "one bit": (bytes(flipped), SECRET, "Cette sauvegarde est abîmée ou incomplète"),
        "empty": (b"", SECRET, "Cette sauvegarde est abîmée ou incomplète"),
        "other file": (b"%PDF-1.7" * 999, SECRET, "Cette sauvegarde est abîmée ou incomplète"),
        "no archive": (sealed(b"Bonjour" * 999), SECRET, "Cette sauvegarde est abîmée"),
        "other names": (sealed(tar("../../etc/passwd")), SECRET, "nom inattendu"),
        "no manifest": (sealed(tar("database/0000")), SECRET, "manifeste absent"),
        "bad manifest": (sealed(tar("manifest.json")), SECRET, "manifeste illisible"),
    }
    for damage, (damaged, secret, sentence) in damages.items():
        with pytest.raises(BackupError, match=sentence.replace("(", r"\(")):
            restore(damaged, empty_server, secret=secret)
        assert empty_server.holds() == ({}, {}), damage


def sealed(content: bytes) -> bytes:
    """Somebody else's archive, for our key."""
    output = io.BytesIO()
    with encrypted(output, public_key=PUBLIC) as stream:
        stream.write(content)
    return output.getvalue()


def tar(name: str) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    return output.getvalue()


@pytest.mark.django_db(transaction=True)
def test_server_that_holds_something_is_left_as_it_is(
    media: Path, empty_server: EmptyServer
) -> None:
    StoredFileFactory()
    content, _ = backup()
    empty_server.folder.mkdir()
    (empty_server.folder / "note.txt").write_text("à moi")
    with pytest.raises(BackupError, match="Le dossier des fichiers n’est pas vide"):
        restore(content, empty_server)

    with empty_server.reached(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (text text)")
    with pytest.raises(BackupError, match="Cette base n’est pas vide"):
        restore(content, empty_server)
    rows, files = empty_server.holds()
    assert (rows, list(files)) == ({"note": 0}, ["note.txt"])


@pytest.mark.django_db(transaction=True)
def test_database_that_refuses_leaves_no_file_behind(
    media: Path, empty_server: EmptyServer
) -> None:
    StoredFileFactory()
    content, _ = backup()
    with empty_server.reached(), connection.cursor() as cursor:
        cursor.execute("CREATE TYPE procrastinate_job_status AS ENUM ('autre')")
    with pytest.raises(BackupError, match="PostgreSQL n’a pas repris la sauvegarde"):
        restore(content, empty_server)
    assert empty_server.holds() == ({}, {})


@pytest.mark.django_db(transaction=True)
def test_commands_say_what_they_did(
    media: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = StoredFileFactory()
    key, archive = tmp_path / "key.txt", tmp_path / "backup.age"
    call_command("make_backup_key", str(key))
    public = capsys.readouterr().out.splitlines()[0].removeprefix("BACKUP_PUBLIC_KEY=")
    assert key.stat().st_mode & 0o777 == 0o600

    with override_settings(BACKUP_PUBLIC_KEY=public):
        call_command("backup", str(archive))
        said = capsys.readouterr()
        assert f"{archive} : " in plain(said.out)
        assert " 1 fichiers, " in said.out
        assert "Fichiers : 1 sur 1" in plain(said.err)
        assert archive.stat().st_mode & 0o777 == 0o600
        with pytest.raises(CommandError, match="existe déjà"):
            call_command("backup", str(archive))
    with pytest.raises(CommandError, match=r"Rien n’a changé\. Cette base n’est pas vide"):
        call_command("restore", str(archive), key=key)
    assert StoredFile.objects.get() == stored


def test_backup_without_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Réglez BACKUP_PUBLIC_KEY"):
        call_command("backup", str(tmp_path / "backup.age"))
    with (
        override_settings(BACKUP_PUBLIC_KEY="age1faux"),
        pytest.raises(CommandError, match="n’est pas une clé publique"),
    ):
        call_command("backup", str(tmp_path / "backup.age"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_full_disk_is_said_and_leaves_no_half_backup(media: Path) -> None:
    StoredFileFactory()
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(BackupError, match="ne peut pas être écrite"),
    ):
        write_backup(full, public_key=PUBLIC, at=AT, progress=say_nothing)


@pytest.mark.django_db(transaction=True)
def test_archive_opens_without_the_portal(media: Path, tmp_path: Path) -> None:
    """With tar and pg_restore alone, once decrypted: as operations.md says."""
    stored = StoredFileFactory()
    content, _ = backup()
    with decrypted(io.BytesIO(content), secret_key=SECRET) as stream:
        (tmp_path / "backup.tar").write_bytes(stream.read())
    with tarfile.open(tmp_path / "backup.tar") as archive:
        names = archive.getnames()
    assert names == ["database/0000", f"files/{stored.file.name}", "manifest.json"]
