"""Find files that no row names: a crash between the disk and the database leaves them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import Storage

from apps.files.disk import private_storage
from apps.files.models import StoredFile

# Younger files may belong to a transaction that is still open.
GRACE = timedelta(hours=24)
_AT_ONCE = 2000  # names asked for in one query


def orphan_names(*, at: datetime) -> Iterator[str]:
    """Storage names of the files older than GRACE at the instant `at` that no row names."""
    storage = private_storage()
    for names in _batched(_names(storage), _AT_ONCE):
        known = set(StoredFile.objects.filter(file__in=names).values_list("file", flat=True))
        for name in names:
            if name not in known and storage.get_modified_time(name) < at - GRACE:
                yield name


def _batched(names: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lists of `size` names, the last one shorter."""
    left = iter(names)
    while batch := list(islice(left, size)):
        yield batch


def _names(storage: Storage) -> Iterator[str]:
    """Every file, folder by folder."""
    for folder in _folders(storage):
        yield from sorted(f"{folder}/{name}" for name in storage.listdir(folder)[1])


def _folders(storage: Storage) -> Iterator[str]:
    """The two levels of folders made by disk.random_name."""
    try:
        folders = storage.listdir("")[0]
    except FileNotFoundError:  # nothing was ever stored
        return
    for first in sorted(folders):
        for second in sorted(storage.listdir(first)[0]):
            yield f"{first}/{second}"
