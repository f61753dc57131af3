"""Put files away: check, hash, write, one row each; nothing left behind on a rollback."""

from __future__ import annotations

import hashlib
import logging
import weakref
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction

from apps.accounts.models import User
from apps.core import clock
from apps.core.jobs import queue_job
from apps.files.disk import private_storage, random_name
from apps.files.enums import ScanStatus
from apps.files.models import StoredFile
from apps.files.tasks import scan_stored_file
from apps.files.validators import CheckedUpload, check_upload

logger = logging.getLogger(__name__)

_ERASED_NAME = "Fichier effacé"


def store_upload(
    uploaded: File[bytes] | CheckedUpload, *, uploaded_by: User | None, at: datetime
) -> StoredFile:
    """Store what somebody sent; an upload that a form already checked is not read twice.

    Side effects: the file on disk under a random name, its row, and with an antivirus
    (settings.CLAMD_ADDRESS) a job that scans it. All are undone with the caller's transaction.
    Raises ValidationError with the reason of the refusal; nothing is stored then.
    """
    checked = uploaded if isinstance(uploaded, CheckedUpload) else check_upload(uploaded)
    scan_status = ScanStatus.PENDING if settings.CLAMD_ADDRESS else ScanStatus.NOT_SCANNED
    return _store(checked, uploaded_by=uploaded_by, at=at, scan_status=scan_status)


def store_bytes(
    content: bytes,
    *,
    name: str,
    content_type: str,
    uploaded_by: User | None = None,
    at: datetime | None = None,
) -> StoredFile:
    """Store a document that the portal made itself: same checks, no antivirus.

    Raises ValidationError, and ValueError when the content is not `content_type`.
    """
    checked = check_upload(ContentFile(content, name=name))
    if checked.content_type != content_type:
        raise ValueError(f"{name} is {checked.content_type}, not {content_type}.")
    return _store(
        checked,
        uploaded_by=uploaded_by,
        at=at or clock.now(),
        scan_status=ScanStatus.NOT_SCANNED,
    )


def _store(
    checked: CheckedUpload, *, uploaded_by: User | None, at: datetime, scan_status: ScanStatus
) -> StoredFile:
    storage = private_storage()
    # Apart from the writing: how often a storage reads what it is given is its own affair.
    digest, size = hashlib.sha256(), 0
    for chunk in checked.file.chunks():
        digest.update(chunk)
        size += len(chunk)
    with transaction.atomic():
        name = _save(storage, checked)
        _remove_unless_committed(storage, name)
        stored = StoredFile.objects.create(
            file=name,
            original_name=checked.name,
            content_type=checked.content_type,
            size=size,
            sha256=digest.hexdigest(),
            page_count=checked.page_count,
            scan_status=scan_status,
            uploaded_by=uploaded_by,
            created_at=at,
        )
        if scan_status == ScanStatus.PENDING:
            queue_job(scan_stored_file, file_id=str(stored.pk))
    return stored


def _save(storage: Storage, checked: CheckedUpload) -> str:
    """Its name in the storage. Raises ValidationError when the disk is full or away."""
    wanted = random_name()
    try:
        return storage.save(wanted, checked.file)
    except OSError as error:
        logger.exception("An upload of %s bytes cannot be kept.", checked.size)
        storage.delete(wanted)  # what was written of it
        raise ValidationError(
            "Notre serveur n’a pas pu garder ce fichier. Réessayez dans quelques minutes.",
            code="not_kept",
        ) from error


def forget_file(stored: StoredFile) -> None:
    """Delete a file that must not be kept: its row now, its bytes once the caller has committed.

    Raises ProtectedError while something still points to it.
    """
    name = stored.file.name
    stored.delete()
    transaction.on_commit(partial(private_storage().delete, name))


def erase_file(stored: StoredFile, *, at: datetime) -> None:
    """Keep the row that something still points to, and nothing of what it held.

    Its bytes leave the disk once the caller has committed.
    """
    stored.original_name, stored.uploaded_by, stored.erased_at = _ERASED_NAME, None, at
    stored.sha256, stored.threat = "0" * 64, ""
    stored.save(update_fields=["original_name", "uploaded_by", "erased_at", "sha256", "threat"])
    transaction.on_commit(partial(private_storage().delete, stored.file.name))


class _CommitWatch:
    """Called after the commit; on a rollback Django forgets it uncalled, and it is collected."""

    def __init__(self, storage: Storage, name: str) -> None:
        self._removal = weakref.finalize(self, storage.delete, name)

    def __call__(self) -> None:
        self._removal.detach()


def _remove_unless_committed(storage: Storage, name: str) -> None:
    """Delete the file when the caller's transaction rolls back, at once.

    What a crash or another Python leaves behind, `manage.py remove_orphan_files` finds.
    """
    transaction.on_commit(_CommitWatch(storage, name))
