"""manage.py load_same_day_lines: lines, and the line of each commune, from the reference files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.text import slugify

from apps.lookups.same_day_lines.models import Confidence, Coverage, Line
from apps.territory.loading import Changes, DamagedFileError, Row, index_by, read_rows, sync
from apps.territory.models import Commune

# Column of cpts.csv for each field; the columns below are text that may be empty.
_LINE_COLUMNS = {
    "name": "nom",
    "phone": "telephone",
    "phone_dialled": "telephone_e164",
    "opening_hours": "opening_hours_osm",
    "hours_note": "horaires_en_mots",
    "for_whom": "pour",
    "not_for": "pas_pour",
    "cost_note": "prix",
    "source": "source",
    "source_date": "date_source",
}


class Command(BaseCommand):
    help = "Charge les numéros à appeler et leurs communes. Sans effet la seconde fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "fixtures" / "reference"
        )

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            for changes in load_same_day_lines(folder):
                self.stdout.write(str(changes))
        except DamagedFileError as error:
            raise CommandError(f"{error} Rien n’a été chargé.") from error


@transaction.atomic
def load_same_day_lines(folder: Path) -> list[Changes]:
    """Make both tables say what cpts.csv and cpts_communes.csv say, all or nothing.

    Raises DamagedFileError. Rows that staff edited stay as they are, and no row is deleted.
    """
    rows = index_by(
        read_rows(folder / "cpts.csv", ("cpts_id", "tout_le_loiret", *_LINE_COLUMNS.values())),
        "cpts_id",
    )
    lines = sync(
        "lignes",
        Line.objects.all(),
        [_read_line(row) for row in rows.values()],
        key=lambda line: line.slug,
        fields=(*_LINE_COLUMNS, "is_department_wide"),
    )
    return [lines, _sync_coverages(folder)]


def _read_line(row: Row) -> Line:
    line = Line(
        slug=row.text("cpts_id"),
        is_department_wide=row.parse("tout_le_loiret", int) == 1,
        **{field: row.optional(column) for field, column in _LINE_COLUMNS.items()},
    )
    try:
        line.full_clean(validate_unique=False)
    except ValidationError as error:
        raise row.damaged("; ".join(error.messages).rstrip(".")) from error
    return line


def _sync_coverages(folder: Path) -> Changes:
    lines = {line.slug: line for line in Line.objects.all()}
    communes = Commune.objects.in_bulk()
    columns = ("code_insee", "cpts_id", "confidence", "candidats", "source")
    rows = index_by(read_rows(folder / "cpts_communes.csv", columns), "code_insee")
    wanted = [_read_coverage(row, communes, lines) for row in rows.values()]
    changes = sync(
        "secteurs",
        Coverage.objects.select_related("commune", "line"),
        wanted,
        key=lambda coverage: coverage.commune_id,
        fields=("line_id", "confidence", "evidence"),
    )
    _set_candidates(rows, lines)
    return changes


def _read_coverage(
    row: Row, communes: Mapping[str, Commune], lines: Mapping[str, Line]
) -> Coverage:
    if (commune := communes.get(row.text("code_insee"))) is None:
        raise row.damaged("commune inconnue ; lancez d’abord load_territory")
    slug = row.optional("cpts_id")
    if unknown := {slug, *_candidates(row)} - {"", *lines}:
        raise row.damaged(f"{', '.join(sorted(unknown))} n’est pas dans cpts.csv")
    confidence = row.parse("confidence", lambda word: Confidence(slugify(word)))
    if (confidence == Confidence.UNKNOWN) is bool(slug):
        raise row.damaged("une ligne est inconnue, ou bien nommée")
    return Coverage(
        commune=commune,
        line=lines.get(slug),
        confidence=confidence.value,
        evidence=row.text("source"),
    )


def _candidates(row: Row) -> list[str]:
    return [slug for slug in row.optional("candidats").split("|") if slug]


def _set_candidates(rows: Mapping[str, Row], lines: Mapping[str, Line]) -> None:
    """The possible lines of each commune, where staff have not decided otherwise."""
    for coverage in Coverage.objects.filter(edited_by_staff=False).prefetch_related("candidates"):
        if row := rows.get(coverage.commune_id):
            wanted = {lines[slug] for slug in _candidates(row)}
            if wanted != set(coverage.candidates.all()):
                coverage.candidates.set(wanted)
