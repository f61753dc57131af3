"""The installation aid in a commune: for which professions its zones open it today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.core import clock
from apps.programmes.installation.eligibility import zone_opens
from apps.programmes.installation.models import ZoneRule
from apps.programmes.installation.professions import PROFESSIONS, Profession
from apps.territory.commune_page import Part, Place, adds_part
from apps.territory.models import Commune, Zone


@dataclass(frozen=True, kw_only=True)
class ProfessionHere:
    """`is_open` is None for a profession without an official zoning: the guichet checks."""

    label: str
    slug: str
    zone: str
    is_open: bool | None


@adds_part
def aid_part(commune: Commune, at: datetime) -> Part:
    """Every profession with its zone of the day. 2 queries."""
    on = clock.paris_date(at)
    zones = {
        zone.zoning: zone
        for zone in Zone.objects.filter(commune=commune, valid_during__contains=on)
    }
    rules = {
        rule.profession: frozenset(rule.zones)
        for rule in ZoneRule.objects.filter(valid_during__contains=on)
    }
    professions = [
        _here(profession, zones.get(profession.zoning or ""), rules.get(profession.slug))
        for profession in PROFESSIONS.values()
    ]
    return Part(
        place=Place.AIDS,
        heading="S’installer ici",
        template="programmes/installation/commune_part.html",
        context={"professions": professions},
    )


def _here(
    profession: Profession, zone: Zone | None, eligible_zones: frozenset[str] | None
) -> ProfessionHere:
    is_open: bool | None = None
    if profession.zoning:
        is_open = zone is not None and zone_opens(zone.zone_class, eligible_zones)
    return ProfessionHere(
        label=profession.label,
        slug=profession.slug,
        zone=zone.get_zone_class_display() if zone else "",
        is_open=is_open,
    )
