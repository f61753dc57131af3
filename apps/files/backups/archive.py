"""What a backup is made of, and who can open it.

A tar archive within an age file (https://age-encryption.org, X25519 and ChaCha20-Poly1305 in
chunks): with the key, `age -d -i key backup.age | tar x` opens it without this portal. In it, in
order:

    database/0000, 0001 …   what pg_dump wrote, in pieces: `cat database/* > dump`, then pg_restore
    files/3f/a2/3fa2…       the private files, under the names that their rows have
    manifest.json           what there must be: rows of each table, sizes and SHA-256 digests

The portal only knows the public key: whoever takes the server cannot open its backups.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import BinaryIO

from pyrage import (
    DecryptError,
    EncryptError,
    IdentityError,
    RecipientError,
    decrypt_io,
    encrypt_io,
    x25519,
)

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database/"
FILES = "files/"

# Called again and again with what is being done, how much is, and of how much.
Progress = Callable[[str, int, int], None]


class BackupError(Exception):
    """The backup or its return cannot be done: the message says why, and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, and the digests by which its return is checked."""

    format: int
    made_at: str  # ISO 8601
    server_version: int
    rows: dict[str, int]  # by table
    database_bytes: int
    database_sha256: str
    files: dict[str, str]  # SHA-256 by name
    gone: list[str]  # erased by somebody between the database's copy and theirs

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """Raises ValueError or TypeError when it is none of ours."""
        return cls(**json.loads(content))


def make_key() -> tuple[str, str]:
    """A new secret key, and its public one."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


@contextmanager
def encrypted(output: BinaryIO, *, public_key: str) -> Iterator[BinaryIO]:
    """A stream to write in the clear, that reaches `output` encrypted for `public_key`.

    Raises BackupError: no public key, or `output` takes no more.
    """
    try:
        recipient = x25519.Recipient.from_str(public_key)
    except RecipientError:
        raise BackupError(
            "BACKUP_PUBLIC_KEY n’est pas une clé publique age (« age1… ») : "
            "faites-en une avec « manage.py make_backup_key »."
        ) from None
    with _pipe() as (reader, writer), ThreadPoolExecutor(1) as pool:
        done = pool.submit(_run, lambda: encrypt_io(reader, output, [recipient]), reader)
        try:
            with suppress(BrokenPipeError), writer:
                yield writer
        finally:
            _raise_why_not_written(done)


@contextmanager
def decrypted(source: BinaryIO, *, secret_key: str) -> Iterator[BinaryIO]:
    """A stream to read in the clear. Raises BackupError: not our key, or a damaged archive."""
    try:
        identity = x25519.Identity.from_str(secret_key.strip())
    except IdentityError as error:
        raise BackupError(
            "Ce fichier n’est pas une clé secrète (« AGE-SECRET-KEY-1… »)."
        ) from error
    with _pipe() as (reader, writer), ThreadPoolExecutor(1) as pool:
        done = pool.submit(_run, lambda: decrypt_io(source, writer, [identity]), writer)
        try:
            with reader:
                yield reader
        finally:
            _raise_why(done)


def _raise_why_not_written(done: Future[None]) -> None:
    try:
        done.result()
    except (EncryptError, OSError) as error:
        raise BackupError(f"La sauvegarde ne peut pas être écrite ({error}).") from error


def _raise_why(done: Future[None]) -> None:
    try:
        done.result()
    except DecryptError as error:
        if "No matching keys" in str(error):
            raise BackupError("Cette clé n’ouvre pas cette sauvegarde.") from error
        raise damaged(str(error)) from error
    except BrokenPipeError:  # whoever read us stopped before the end, and says why
        return
    except OSError as error:
        raise damaged(str(error)) from error


def damaged(detail: str) -> BackupError:
    return BackupError(f"Cette sauvegarde est abîmée ou incomplète ({detail}).")


@contextmanager
def _pipe() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader, os.fdopen(write, "wb") as writer:
        yield reader, writer


def _run(work: Callable[[], None], end: BinaryIO) -> None:
    """Do the work, then close our end of the pipe: the other side must not wait for ever."""
    with end:
        work()
