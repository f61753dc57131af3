"""manage.py restore: a backup into an empty server (apps.files.backups)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.files.backups.archive import BackupError
from apps.files.backups.progress import shown_on
from apps.files.backups.returning import restore_backup, tables_that_differ


class Command(BaseCommand):
    help = "Ramène une sauvegarde dans une base et un dossier vides, ou ne change rien."
    # The checks of the project read tables that are not there yet.
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FICHIER")
        parser.add_argument("--key", type=Path, required=True, help="Fichier de la clé secrète.")
        parser.add_argument(
            "--scratch", type=Path, help="Dossier où l’archive est ouverte, le temps du retour."
        )

    def handle(self, *, path: Path, key: Path, scratch: Path | None, **options: Any) -> None:
        try:
            with path.open("rb") as source:
                manifest = restore_backup(
                    source,
                    secret_key=key.read_text(),
                    progress=shown_on(self.stderr),
                    scratch=scratch,
                )
        except (BackupError, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"Rien n’a changé. {error}") from error
        if tables := tables_that_differ(manifest):
            raise CommandError(f"La sauvegarde est revenue, sauf : {', '.join(tables)}.")
        self.stdout.write(
            f"Sauvegarde du {manifest.made_at} revenue : {sum(manifest.rows.values())} lignes "
            f"de {len(manifest.rows)} tables, {len(manifest.files)} fichiers."
        )
        if manifest.gone:
            self.stdout.write(f"{len(manifest.gone)} fichiers avaient été effacés entre-temps.")
