"""The JSON of places of care. Its keys are a promise: add some, never rename one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.lookups.care_places.answers import PlaceNow
from apps.lookups.care_places.models import PlaceKind

# They come before any place.
EMERGENCY_NUMBERS = (
    {"numero": "15", "pour": "urgence vitale"},
    {"numero": "112", "pour": "urgence, partout en Europe"},
    {"numero": "114", "pour": "urgence, par SMS, pour les personnes sourdes"},
)


def place_as_json(now: PlaceNow, *, holds_until: datetime) -> dict[str, Any]:
    """One place with `urgences` and `valable_jusqu_a`, the instant at which to ask again."""
    return {
        "urgences": EMERGENCY_NUMBERS,
        "valable_jusqu_a": holds_until.isoformat(),
        "lieu": _place(now),
    }


def list_as_json(
    places: Iterable[PlaceNow], *, count: int, page: int, pages: int, holds_until: datetime
) -> dict[str, Any]:
    """A page of a search: `nombre` counts them all, over `pages` pages."""
    return {
        "urgences": EMERGENCY_NUMBERS,
        "valable_jusqu_a": holds_until.isoformat(),
        "nombre": count,
        "page": page,
        "pages": pages,
        "lieux": [_place(now) for now in places],
    }


def _place(now: PlaceNow) -> dict[str, Any]:
    """Null is « we do not know », never « no ». Distances are kilometres as the crow flies, from
    the town hall; times are ISO 8601 in Paris."""
    place, opening = now.place, now.opening
    km = getattr(place, "distance_km", None)
    return {
        "id": place.pk,
        "nom": place.name,
        "type": place.kind,
        "type_libelle": PlaceKind(place.kind).label,
        "commune": {"insee": place.commune_id, "nom": place.commune.name},
        "adresse": place.address,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "position": place.precision,
        "distance_km": None if km is None else round(km, 1),
        "telephone": place.phone,
        "site": place.website,
        "horaires_osm": place.opening_hours,
        "horaires": now.week,
        "ouvert": opening.is_open if opening else None,
        "etat": opening.wording if opening else "",
        "services": place.services,
        "langues": place.languages,
        "fauteuil": place.is_wheelchair_accessible,
        "prochain_creneau": now.next_slot.isoformat() if now.next_slot else None,
        "nouveaux_patients": place.takes_new_patients,
        "nouveaux_patients_le": _day(place.new_patients_on),
        "finess": place.finess,
        "osm": place.osm_id,
        "source": place.source,
        "verifie_le": _day(place.verified_on),
        "ferme_depuis": _day(place.gone_on),
        "page": settings.PUBLIC_URL + place.get_absolute_url(),
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
