"""Files on disk against their rows."""

from __future__ import annotations

from collections.abc import Iterator

from apps.core import clock
from apps.core.consistency import checks
from apps.files.disk import private_storage
from apps.files.models import StoredFile
from apps.files.orphans import orphan_names


@checks("Fichiers attendus sur le disque")
def _files_of_rows() -> Iterator[str]:
    storage = private_storage()
    for name, size in (
        StoredFile.objects.filter(erased_at=None).values_list("file", "size").iterator()
    ):
        try:
            found = storage.size(name)
        except FileNotFoundError:
            yield f"{name} manque."
            continue
        if found != size:
            yield f"{name} a {found} octets au lieu de {size}."


@checks("Fichiers sans ligne, de plus d’un jour")
def _rows_of_files() -> Iterator[str]:
    for name in orphan_names(at=clock.now()):
        yield f"{name} : « manage.py remove_orphan_files » l’enlève."
