"""manage.py load_care_places: hospitals, clinics and health houses, from the reference files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.core import clock
from apps.lookups.care_places.models import OpenSpan, Place
from apps.lookups.care_places.reference_files import read_places
from apps.territory.loading import Changes, DamagedFileError, sync
from apps.territory.models import Commune

_FIELDS = (
    *("name", "kind", "category", "commune_id", "address", "latitude", "longitude", "precision"),
    *("services", "finess", "source"),
)


class Command(BaseCommand):
    help = "Charge les lieux de soins. Sans effet la seconde fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "fixtures" / "reference"
        )

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            self.stdout.write(str(load_care_places(folder)))
        except DamagedFileError as error:
            raise CommandError(f"{error} Rien n’a été chargé.") from error


@transaction.atomic
def load_care_places(folder: Path) -> Changes:
    """Make the table say what the files say, all or nothing; rows are matched by `_key`.

    Raises DamagedFileError. Rows that staff edited stay as they are, and no row is deleted.
    """
    places = list(read_places(folder, Commune.objects.in_bulk()))
    OpenSpan.objects.ensure((place.opening_hours for place in places), at=clock.now())
    return sync(
        "Lieux de soins",
        Place.objects.filter(is_fictitious=False).select_related("commune"),
        places,
        key=_key,
        fields=_FIELDS,
    )


def _key(place: Place) -> tuple[str, ...]:
    """The FINESS number; for a place without one, its commune and name."""
    return (place.finess,) if place.finess else (place.commune_id, place.name)
