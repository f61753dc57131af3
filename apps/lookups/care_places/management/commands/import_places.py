"""manage.py import_places finess.csv --dated 2027-03-03 [--apply]: an extract of any size."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import clock
from apps.lookups.care_places.imports import (
    Comparison,
    apply_extract,
    compare,
    keep_extract,
    read_extract,
)
from apps.lookups.care_places.refusals import RefusedError
from apps.territory.models import Commune


class Command(BaseCommand):
    help = (
        "Lit un extrait FINESS ou OpenStreetMap et montre ce qui changerait ; avec --apply, "
        "l’applique. Ce que le guichet a écrit reste."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--dated", type=date.fromisoformat, required=True)
        parser.add_argument("--apply", action="store_true")

    def handle(self, *, path: Path, dated: date, apply: bool, **options: Any) -> None:
        if not path.is_file():
            raise CommandError(f"{path} : fichier absent.")
        source, reading = read_extract(path.read_bytes(), Commune.objects.in_bulk())
        if reading.faults:
            lines = "\n".join(f"  {fault}" for fault in reading.faults)
            raise CommandError(f"{path.name} est abîmé, rien n’a changé :\n{lines}")
        at = clock.now()
        extract = keep_extract(
            reading=reading, source=source, file_name=path.name, dated_on=dated, at=at
        )
        for remark in reading.remarks:
            self.stdout.write(f"  {remark}")
        comparison = compare(extract)
        self.stdout.write(_words(comparison))
        if not apply:
            self.stdout.write("Rien n’a changé. Relisez l’aperçu au guichet, ou ajoutez --apply.")
            return
        try:
            apply_extract(extract=extract, digest=comparison.digest, at=at)
        except RefusedError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Appliqué.")


def _words(found: Comparison) -> str:
    return (
        f"ajoutés {len(found.created)}, changés {len(found.changed)}, "
        f"gardés tels que le guichet les a modifiés {len(found.conflicts)}, "
        f"absents {len(found.gone)}, de nouveau présents {len(found.back)}, "
        f"sans changement {found.unchanged}, laissés de côté {found.left_out}"
    )
