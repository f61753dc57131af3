"""Places that may be one, alike and close: staff merge them, or say that they are two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from apps.accounts.models import User
from apps.lookups.care_places.models import DistinctPair, Place, RoadTime, Slot
from apps.lookups.care_places.refusals import RefusedError

NEAR_METRES = 500
ALIKE = 0.45
# Short shared words (« maison de santé ») weigh more when the position says nothing.
ALIKE_IN_A_COMMUNE = 0.65
SHOWN = 100

_PAIRS = """
WITH known AS (
    SELECT id, lower(name) AS name, phone, commune_id, precision, latitude, longitude
    FROM care_places_place WHERE gone_on IS NULL
), pairs AS (
    SELECT a.id AS first, b.id AS second, similarity(a.name, b.name) AS likeness,
           a.phone <> '' AND a.phone = b.phone AS same_phone,
           earth_distance(ll_to_earth(a.latitude, a.longitude),
                          ll_to_earth(b.latitude, b.longitude)) AS metres,
           'mairie' IN (a.precision, b.precision) AND a.commune_id = b.commune_id AS unplaced
    FROM known a JOIN known b ON a.id < b.id AND (
        earth_box(ll_to_earth(a.latitude, a.longitude), %(metres)s)
            @> ll_to_earth(b.latitude, b.longitude)
        OR (a.commune_id = b.commune_id AND 'mairie' IN (a.precision, b.precision)))
)
SELECT first, second, likeness, metres, same_phone FROM pairs
WHERE (likeness >= %(alike)s AND (NOT unplaced OR likeness >= %(alike_in_a_commune)s)
       OR same_phone)
  AND NOT EXISTS (SELECT FROM care_places_distinctpair said
                  WHERE said.first_id = pairs.first AND said.second_id = pairs.second)
ORDER BY same_phone DESC, likeness DESC, first, second
LIMIT %(shown)s
"""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Two places that may be one, and why."""

    first: Place
    second: Place
    percent: int
    metres: int
    has_same_phone: bool


def find_duplicates() -> list[Likeness]:
    """The likeliest pairs first. 2 queries."""
    values = {
        "metres": NEAR_METRES,
        "alike": ALIKE,
        "alike_in_a_commune": ALIKE_IN_A_COMMUNE,
        "shown": SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, values)
        rows = list(cursor.fetchall())
    wanted = {pk for row in rows for pk in row[:2]}
    places = Place.objects.select_related("commune").in_bulk(wanted)
    return [
        Likeness(
            first=places[first],
            second=places[second],
            percent=round(100 * likeness),
            metres=round(metres),
            has_same_phone=same_phone,
        )
        for first, second, likeness, metres, same_phone in rows
    ]


def why_not_merge(kept: Place, merged: Place) -> str:
    """Why they cannot be made one, in French; "" when they can."""
    if kept.pk == merged.pk:
        return "C’est le même lieu."
    if kept.gone_on or merged.gone_on:
        return "L’un des deux lieux a fermé, ou a déjà été fusionné."
    if kept.is_fictitious != merged.is_fictitious:
        return "Un lieu de démonstration ne se fusionne pas avec un vrai."
    if kept.finess and merged.finess:
        return (
            "Ils ont chacun leur numéro FINESS : ce sont deux établissements. "
            "Corrigez d’abord le numéro qui est faux."
        )
    return ""


@transaction.atomic
def merge_places(*, kept: Place, merged: Place, on: date) -> Place:
    """Make two places one: `kept` gains what it did not know, `merged` closes and leads to it.

    Raises RefusedError. Side effects: numbers, slots and appointments go to `kept`; `merged` stays
    in the table with its history, closed on the day `on`; a version of both.
    """
    rows = Place.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, merged.pk])
    locked = {place.pk: place for place in rows.order_by("pk")}
    kept, merged = locked[kept.pk], locked[merged.pk]
    if reason := why_not_merge(kept, merged):
        raise RefusedError(reason)
    gained = _gain(kept, merged)
    merged.finess, merged.osm_id, merged.doubt = "", "", ""
    merged.gone_on, merged.merged_into = on, kept
    merged.save(update_fields=["finess", "osm_id", "doubt", "gone_on", "merged_into"])
    Place.objects.filter(merged_into=merged).update(merged_into=kept)
    kept.save(update_fields=gained)
    _move_slots(kept, merged)
    RoadTime.objects.filter(place=merged).delete()
    return kept


def _gain(kept: Place, merged: Place) -> list[str]:
    """Fill the holes of `kept`; the names of the fields that changed."""
    changed = ["edited_by_staff"]
    kept.edited_by_staff = True
    for name in (
        *("finess", "osm_id", "address", "phone", "website", "opening_hours", "category"),
        "is_wheelchair_accessible",
    ):
        if getattr(kept, name) in ("", None) and getattr(merged, name) not in ("", None):
            setattr(kept, name, getattr(merged, name))
            changed.append(name)
    if kept.takes_new_patients is None and merged.takes_new_patients is not None:
        kept.takes_new_patients = merged.takes_new_patients
        kept.new_patients_on = merged.new_patients_on
        changed += ["takes_new_patients", "new_patients_on"]
    for name in ("services", "languages"):
        both = sorted({*getattr(kept, name), *getattr(merged, name)})
        if both != sorted(getattr(kept, name)):
            setattr(kept, name, both)
            changed.append(name)
    return changed


def _move_slots(kept: Place, merged: Place) -> None:
    taken = Slot.objects.filter(place=kept, withdrawn_at=None)
    for slot in Slot.objects.filter(place=merged, withdrawn_at=None):
        clash = taken.filter(
            practitioner=slot.practitioner,
            starts_at__lt=slot.ends_at,
            ends_at__gt=slot.starts_at,
        )
        if clash.exists():
            raise RefusedError(
                "Les deux lieux ont un créneau à la même heure. Retirez d’abord l’un des deux."
            )
    Slot.objects.filter(place=merged).update(place=kept)


def say_distinct(*, first: Place, second: Place, by: User, at: datetime) -> None:
    """Two places, not one: the pair is not shown again. Saying it twice changes nothing."""
    low, high = sorted((first.pk, second.pk))
    DistinctPair.objects.get_or_create(
        first_id=low, second_id=high, defaults={"said_by": by, "said_at": at}
    )
