"""Fictitious places of the demo town, with hours and slots kept for residents: « Démo »."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from apps.accounts.models import User
from apps.core import clock
from apps.lookups.care_places.appointments import Resident, Series, book_by_phone, publish_slots
from apps.lookups.care_places.models import Language, Place, PlaceKind, Service
from apps.territory.models import Commune
from apps.territory.public_data import Precision

_WEEK = "Mo-Fr 08:00-19:00; Sa 09:00-12:00; PH off"
# (kind, name, hours, services, communes)
_PLACES = (
    (
        PlaceKind.CLINIC,
        "Clinique de la Démonstration",
        "Mo-Sa 08:00-20:00; PH off",
        (Service.RESERVED_SLOTS,),
        ("45234", "45208"),
    ),
    (
        PlaceKind.SENTINEL_PHARMACY,
        "Pharmacie sentinelle Démo",
        "Mo-Sa 09:00-19:30; PH off",
        (Service.ASSISTED_VIDEO,),
        ("45089", "45155", "45203", "45252"),
    ),
    (
        PlaceKind.THIRD_PLACE,
        "Tiers-lieu de santé Démo",
        _WEEK,
        (Service.WALK_IN, Service.ASSISTED_VIDEO),
        ("45146", "45191"),
    ),
    (
        PlaceKind.HEALTH_CENTRE,
        "Centre de santé Démo",
        "24/7",
        (Service.WALK_IN,),
        ("45232", "45068"),
    ),
)

_SOURCE = "Lieu inventé pour la démonstration"


def load_care_places(*, staff: dict[str, User], now: datetime) -> int:
    """Make the places, publish two weeks of slots, take two; returns how many places."""
    communes = Commune.objects.in_bulk()
    on = clock.paris_date(now)
    places = [
        Place(
            name=f"{name} {communes[insee].of_it}",
            kind=kind,
            commune=communes[insee],
            latitude=communes[insee].hall_latitude,
            longitude=communes[insee].hall_longitude,
            precision=Precision.TOWN_HALL,
            phone="+33238000000",
            opening_hours=hours,
            services=[service.value for service in services],
            languages=[Language.ENGLISH.value] if number % 2 else [],
            is_wheelchair_accessible=True,
            takes_new_patients=True,
            new_patients_on=on - timedelta(days=10),
            source=_SOURCE,
            verified_on=on - timedelta(days=10),
            verified_by=staff["responsable"],
            is_fictitious=True,
        )
        for kind, name, hours, services, towns in _PLACES
        for number, insee in enumerate(towns)
        if insee in communes
    ]
    for place in places:
        place.save()
    for place in places:
        if Service.RESERVED_SLOTS in place.services:
            _publish(place, staff, now=now)
    return len(places)


def _publish(place: Place, staff: dict[str, User], *, now: datetime) -> None:
    tomorrow = clock.paris_date(now) + timedelta(days=1)
    series = Series(
        first_day=tomorrow,
        last_day=tomorrow + timedelta(days=13),
        weekdays=frozenset(range(6)),
        opens=time(9),
        closes=time(10, 20),
        minutes=20,
    )
    slots = publish_slots(
        place=place,
        series=series,
        by=staff["responsable"],
        at=now,
        practitioner="Dr Démo, médecine générale",
    )
    who = Resident(name="Camille Démo", phone="+33600000000", commune=place.commune)
    book_by_phone(slot=slots[0], resident=who, by=staff["agente"], at=now)
