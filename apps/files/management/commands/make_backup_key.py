"""manage.py make_backup_key: the two halves of the key of backups."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.files.backups.archive import make_key


class Command(BaseCommand):
    help = "Écrit une clé secrète dans un fichier neuf, et montre la clé publique à régler."
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FICHIER")

    def handle(self, *, path: Path, **options: Any) -> None:
        secret, public = make_key()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"Cette clé ne peut pas être écrite : {error}.") from error
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{secret}\n")
        self.stdout.write(f"BACKUP_PUBLIC_KEY={public}")
        self.stdout.write(
            f"La clé secrète est dans {path} : gardez-la ailleurs que sur ce serveur, en deux "
            "lieux. Sans elle, aucune sauvegarde ne s’ouvre."
        )
