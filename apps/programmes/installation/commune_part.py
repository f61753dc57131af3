"""The installation aid in a commune: for which professions its zones open it today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from apps.core import clock
from apps.core.words import lower_first
from apps.programmes.installation.eligibility import zone_opens
from apps.programmes.installation.models import ZoneRule
from apps.programmes.installation.professions import PROFESSIONS, Profession
from apps.territory.commune_page import Part, Place, adds_facts, adds_part
from apps.territory.models import Zone


@dataclass(frozen=True, kw_only=True)
class ProfessionHere:
    """`is_open` is None for a profession without an official zoning: the guichet checks."""

    label: str
    slug: str
    zone: str
    is_open: bool | None

    @property
    def name(self) -> str:
        """Within a sentence."""
        return lower_first(self.label)


@adds_facts
def aid_facts(at: datetime) -> Mapping[str, Any]:
    """The zones of a commune and the rules of the day: [zoning, class], [profession, classes]."""
    on = clock.paris_date(at)
    zones = Zone.objects.filter(commune=OuterRef("pk"), valid_during__contains=on)
    rules = ZoneRule.objects.filter(valid_during__contains=on)
    zone = JSONObject(zoning="zoning", zone_class="zone_class")
    rule = JSONObject(profession="profession", zones="zones")
    return {
        "zone_facts": ArraySubquery(zones.values(row=zone)),
        "zone_rule_facts": ArraySubquery(rules.values(row=rule)),
    }


@adds_part
def aid_part(commune: Any, at: datetime) -> Part:
    """Every profession with its zone of the day, for a commune read with `aid_facts`. No query."""
    zones = {row["zoning"]: Zone(**row) for row in commune.zone_facts}
    rules = {row["profession"]: frozenset(row["zones"]) for row in commune.zone_rule_facts}
    professions = [
        _here(profession, zones.get(profession.zoning or ""), rules.get(profession.slug))
        for profession in PROFESSIONS.values()
    ]
    return Part(
        place=Place.AIDS,
        heading="S’installer ici",
        template="programmes/installation/commune_part.html",
        context={
            "professions": professions,
            "open_here": [here for here in professions if here.is_open],
            "to_check": [here for here in professions if here.is_open is None],
        },
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
