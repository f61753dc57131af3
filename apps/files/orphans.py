"""Find files that no row names: a crash between the disk and the database leaves them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import Storage

from apps.files.disk import private_storage
from apps.files.models import StoredFile

# Younger files may belong to a transaction that is still open.
GRACE = timedelta(hours=24)


def orphan_names(*, at: datetime) -> Iterator[str]:
    """Storage names of the files older than GRACE at the instant `at` that no row names."""
    storage = private_storage()
    for folder in _folders(storage):
        names = {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
        known = set(StoredFile.objects.filter(file__in=names).values_list("file", flat=True))
        for name in sorted(names - known):
            if storage.get_modified_time(name) < at - GRACE:
                yield name


def _folders(storage: Storage) -> Iterator[str]:
    """The two levels of folders made by disk.random_name."""
    try:
        folders = storage.listdir("")[0]
    except FileNotFoundError:  # nothing was ever stored
        return
    for first in sorted(folders):
        for second in sorted(storage.listdir(first)[0]):
            yield f"{first}/{second}"
