"""Which zone applies in a commune, for a profession, on a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apps.territory.models import Commune, Zone


@dataclass(frozen=True)
class ZoneReading:
    """A zone as it was read: kept with a decision, it does not follow later changes.

    `zone_class` is a value of ZoneClass and `label` its French words. `is_earliest_known` says
    that no zoning covers the date asked, and that this one is the oldest on file.
    """

    zoning: str
    zone_class: str
    label: str
    valid_from: date
    source: str
    is_earliest_known: bool


def read_zone(*, commune: Commune, zoning: str, on: date) -> ZoneReading | None:
    """The zone of `commune` in force `on`, else the earliest known one, else None. 1 query."""
    zone = Zone.objects.for_reading(commune=commune, zoning=zoning, on=on).first()
    if zone is None:
        return None
    return ZoneReading(
        zoning=zone.zoning,
        zone_class=zone.zone_class,
        label=zone.get_zone_class_display(),
        valid_from=zone.valid_from,
        source=zone.source,
        is_earliest_known=on not in zone.valid_during,
    )
