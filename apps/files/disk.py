"""Where uploads are kept: the storage named « private » in settings.STORAGES.

It is a local folder by default, another backend (S3, say) by setting. No storage gives an address:
apps.files.serving is the only way to a file.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible


@deconstructible(path="apps.files.disk.PrivateFolder")
class PrivateFolder(FileSystemStorage):
    """Files below settings.PRIVATE_MEDIA_ROOT, readable by the application's user only."""

    @property
    def base_location(self) -> str:  # type: ignore[override]
        # Read each time: tests give each run its own folder.
        return str(settings.PRIVATE_MEDIA_ROOT)

    @property
    def location(self) -> str:  # type: ignore[override]
        return str(Path(self.base_location).absolute())

    def url(self, name: str | None) -> str:
        raise NotImplementedError("Private files have no address: use apps.files.serving.")


def private_storage() -> Storage:
    return storages["private"]


def upload_to(instance: object, filename: str) -> str:
    """For the FileField: whatever the person called the file, its place is random."""
    return random_name()


def random_name() -> str:
    """Name on disk such as « 3f/a2/3fa2… » (128 bits): unrelated to the person's file name."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token[2:4]}/{token}"
