"""Replace every personal datum of a COPY of the database and of its files. It cannot be undone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.privacy.anonymise import anonymise


class Command(BaseCommand):
    help = "Make a copy of the database and its files safe to test with: invented people only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--this-is-a-copy",
            action="store_true",
            help="needed with the settings of production: everything personal is overwritten",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        profile = settings.SETTINGS_MODULE.rpartition(".")[2]
        if profile == "production" and not options["this_is_a_copy"]:
            raise CommandError(
                "These are the settings of production. On a copy, add --this-is-a-copy."
            )
        changed = anonymise()
        for table, rows in changed.items():
            if rows:
                self.stdout.write(f"{table}: {rows}")
        self.stdout.write(f"Anonymised: {sum(changed.values())} rows.")
