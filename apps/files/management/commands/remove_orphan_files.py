"""Remove files that no row names (apps.files.orphans). Safe to run at any time."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.core import clock
from apps.files.disk import private_storage
from apps.files.orphans import orphan_names


class Command(BaseCommand):
    help = "Supprime les fichiers du dossier privé qu’aucune ligne ne désigne (plus de 24 h)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Liste sans supprimer.")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        storage = private_storage()
        names = list(orphan_names(at=clock.now()))
        for name in names:
            self.stdout.write(name)
            if not dry_run:
                storage.delete(name)
        done = "à supprimer" if dry_run else "supprimé(s)"
        self.stdout.write(f"{len(names)} fichier(s) {done}.")
