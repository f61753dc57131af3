"""How long a file is kept that nothing points to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from apps.core.retention import Length, RetentionRule, Unit, retains
from apps.files.disk import private_storage
from apps.files.models import StoredFile
from apps.files.orphans import orphan_names
from apps.files.storage import forget_file


@retains
def file_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code="files.orphans",
        group="Fichiers",
        label="Fichiers qu’aucun dossier ne garde",
        starts="après leur dépôt",
        default=Length(number=1, unit=Unit.DAY),
        source="Réglage du portail : un envoi interrompu ne sert à rien.",
        forget=forget_orphans,
    )


def _pointing() -> Iterator[tuple[type[Model], str]]:
    """Every column of the portal that may hold a file; the history of one does not keep it."""
    for model in apps.get_models(include_auto_created=True):
        for item in model._meta.concrete_fields:  # noqa: SLF001 - documented by Django
            if item.related_model is StoredFile and not hasattr(model, "pgh_obj"):
                yield model, item.name


def unused_files() -> QuerySet[StoredFile]:
    """Rows that no other row points to."""
    files = StoredFile.objects.all()
    for model, column in _pointing():
        rows = model._base_manager.filter(**{column: OuterRef("pk")})  # noqa: SLF001
        files = files.exclude(Exists(rows))
    return files


def forget_orphans(before: date, at: datetime) -> int:
    """Rows and files on disk that nothing names, stored on a day or earlier."""
    count = 0
    for stored in unused_files().filter(created_at__date__lte=before).iterator():
        with transaction.atomic():
            forget_file(stored)
        count += 1
    storage = private_storage()
    for name in orphan_names(at=at):
        storage.delete(name)
        count += 1
    return count
