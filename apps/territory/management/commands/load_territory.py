"""manage.py load_territory: communes, groupings and zones from the reference files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Exists, OuterRef

from apps.territory.loading import Changes, DamagedFileError, sync
from apps.territory.models import Commune, Epci, Zone
from apps.territory.reference_files import read_communes, read_epcis, read_zones
from apps.territory.reports import reports

_EPCI_FIELDS = ("name", "kind")
_COMMUNE_FIELDS = (
    *("name", "slug", "postcodes", "epci_id", "population", "density", "latitude", "longitude"),
    *("hall_latitude", "hall_longitude", "hall_address", "hall_phone", "hall_email"),
    *("hall_website", "hall_hours"),
)


class Command(BaseCommand):
    help = "Charge les communes, les intercommunalités et les zones. Sans effet la seconde fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "fixtures" / "reference"
        )

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            for changes in load_territory(folder):
                self.stdout.write(str(changes))
        except DamagedFileError as error:
            raise CommandError(f"{error} Rien n’a été chargé.") from error
        for line in reports():
            self.stdout.write(line)


@transaction.atomic
def load_territory(folder: Path) -> list[Changes]:
    """Make the three tables say what the files in `folder` say, all or nothing.

    Raises DamagedFileError. Zones that staff edited stay as they are, and no row is deleted.
    """
    changes = load_communes(folder)
    zones = list(read_zones(folder, Commune.objects.in_bulk()))
    return [*changes, _sync_zones(zones)]


@transaction.atomic
def load_communes(folder: Path) -> list[Changes]:
    """The groupings and the communes only."""
    epcis = read_epcis(folder)
    communes = read_communes(folder, epcis)
    return [
        sync("intercommunalités", Epci.objects.all(), epcis.values(), key=_pk, fields=_EPCI_FIELDS),
        sync("communes", Commune.objects.all(), communes.values(), key=_pk, fields=_COMMUNE_FIELDS),
    ]


def _pk(row: Epci | Commune) -> str:
    return str(row.pk)


def _sync_zones(zones: list[Zone]) -> Changes:
    """Load zones, save where staff edited the zones of that commune and profession.

    There the file no longer decides: its period could overlap the one staff wrote.
    """
    by_staff = Zone.objects.filter(edited_by_staff=True).select_related("commune")
    kept = {(zone.commune_id, zone.zoning): str(zone) for zone in by_staff}
    decided_here = Exists(by_staff.filter(commune=OuterRef("commune"), zoning=OuterRef("zoning")))
    changes = sync(
        "zones",
        Zone.objects.exclude(decided_here),
        (zone for zone in zones if (zone.commune_id, zone.zoning) not in kept),
        key=lambda zone: (zone.commune_id, zone.zoning, zone.source_date),
        fields=("zone_class", "valid_during", "source"),
    )
    changes.kept += kept.values()
    return changes
