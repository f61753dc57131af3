"""manage.py backup: the database and the files in one encrypted archive (apps.files.backups)."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.files.backups.archive import BackupError, Manifest
from apps.files.backups.making import write_backup
from apps.files.backups.progress import shown_on


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers, chiffrés, pendant que le portail sert."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FICHIER", help="Ne doit pas exister.")

    def handle(self, *, path: Path, **options: Any) -> None:
        if not settings.BACKUP_PUBLIC_KEY:
            raise CommandError(
                "Réglez BACKUP_PUBLIC_KEY : « manage.py make_backup_key FICHIER » fait une clé."
            )
        if path.exists():
            raise CommandError(f"{path} existe déjà : choisissez un autre nom.")
        unfinished = path.with_name(f"{path.name}.partial")
        try:
            manifest = self._write(unfinished)
            unfinished.rename(path)
        except (BackupError, OSError) as error:
            raise CommandError(f"Pas de sauvegarde. {error}") from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(
            f"{path} : {sum(manifest.rows.values())} lignes de {len(manifest.rows)} tables, "
            f"{len(manifest.files)} fichiers, {path.stat().st_size} octets."
        )
        if manifest.gone:
            self.stdout.write(f"{len(manifest.gone)} fichiers effacés pendant la sauvegarde.")

    def _write(self, path: Path) -> Manifest:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as output:
            manifest = write_backup(
                output,
                public_key=settings.BACKUP_PUBLIC_KEY,
                at=clock.now(),
                progress=shown_on(self.stderr),
            )
            output.flush()
            os.fsync(output.fileno())
        return manifest
