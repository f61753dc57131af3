"""manage.py load_middle_schools: public middle schools, where a staff flat may be free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.lookups.housing.models import Offer, OfferKind
from apps.territory.loading import Changes, DamagedFileError, read_rows, sync
from apps.territory.models import Commune
from apps.territory.public_data import Precision

_COLUMNS = ("uai", "nom", "secteur", "adresse", "code_postal", "code_insee", "lat", "lon")
_FIELDS = ("name", "commune_id", "address", "latitude", "longitude", "precision", "uai", "source")
_SOURCE = "Annuaire de l’éducation nationale, novembre 2024"


class Command(BaseCommand):
    help = (
        "Charge les collèges publics, à étudier pour leurs logements. Sans effet la seconde fois."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "fixtures" / "reference"
        )

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            self.stdout.write(str(load_middle_schools(folder)))
        except DamagedFileError as error:
            raise CommandError(f"{error} Rien n’a été chargé.") from error


@transaction.atomic
def load_middle_schools(folder: Path) -> Changes:
    """Make the candidates say what the file says, matched by their UAI number, all or nothing.

    A candidate has no room, no price and no contact: staff add what they learnt, and only then is
    it online. Raises DamagedFileError. Rows that staff edited stay, and no row is deleted.
    """
    return sync(
        "Collèges publics",
        Offer.objects.filter(is_fictitious=False).exclude(uai="").select_related("commune"),
        read_schools(folder, Commune.objects.in_bulk()),
        key=lambda offer: offer.uai,
        fields=_FIELDS,
    )


def read_schools(folder: Path, communes: Mapping[str, Commune]) -> Iterator[Offer]:
    """The public middle schools of the file, as unsaved offers to look into."""
    for row in read_rows(folder / "places_colleges.csv", _COLUMNS):
        if row.text("secteur") != "public":
            continue
        if (commune := communes.get(row.text("code_insee"))) is None:
            raise row.damaged("commune inconnue ; lancez d’abord load_territory")
        town = f"{row.text('code_postal')} {commune.name}"
        street = row.optional("adresse").replace("'", "’")
        yield Offer(
            name=row.text("nom").replace("'", "’"),
            kind=OfferKind.SCHOOL,
            commune=commune,
            address=", ".join(filter(None, (street, town))),
            latitude=row.parse("lat", float),
            longitude=row.parse("lon", float),
            precision=Precision.ADDRESS,
            uai=row.text("uai"),
            source=_SOURCE,
        )
