"""What an extract would change, and applying it: nothing is lost, nothing is deleted.

A place of the extract is the one that bears its number, else the one of the same name in the same
commune. An empty value of the file never erases a known one. What staff wrote stands unless they
choose the file's value. A place that the extract no longer names stays, « à vérifier ».
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core.dates import format_date
from apps.lookups.care_places.extract_rows import Reading, ReadPlace
from apps.lookups.care_places.finess import decode, is_finess, read_finess
from apps.lookups.care_places.models import (
    Extract,
    ExtractSource,
    OpenSpan,
    Place,
    PlaceKind,
    Service,
)
from apps.lookups.care_places.osm import read_osm
from apps.lookups.care_places.refusals import RefusedError
from apps.territory.models import Commune
from apps.territory.public_data import Precision

# What each source knows of a place that it made; of another's place OpenStreetMap only fills in.
_FIELDS = ("name", "kind", "category", "commune_id", "address", "position", "phone")
_FROM_OSM = ("phone", "website", "opening_hours", "is_wheelchair_accessible")
# Below that, in degrees (about thirty metres), two surveys of one door agree.
_SAME_SPOT = 0.0003
_NAME_LENGTH = 160
_LABELS = {
    "name": "nom",
    "kind": "type",
    "category": "catégorie",
    "commune_id": "commune",
    "address": "adresse",
    "phone": "téléphone",
    "website": "site",
    "opening_hours": "horaires",
    "is_wheelchair_accessible": "accès en fauteuil",
    "finess": "numéro FINESS",
    "osm_id": "identifiant OpenStreetMap",
}


@dataclass(frozen=True)
class Difference:
    """One field of a place, as it is and as the extract says."""

    field: str
    label: str
    old: str
    new: str
    value: Any


@dataclass(frozen=True)
class Change:
    """A known place that the extract would change; a conflict when staff wrote it."""

    place: Place
    differences: tuple[Difference, ...]

    @property
    def is_conflict(self) -> bool:
        return self.place.edited_by_staff


@dataclass
class Comparison:
    """All that applying an extract would do."""

    created: list[ReadPlace] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    gone: list[Place] = field(default_factory=list)
    back: list[Place] = field(default_factory=list)
    unchanged: int = 0
    left_out: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.created or self.changed or self.conflicts or self.gone or self.back)

    @property
    def digest(self) -> str:
        """Changes with anything that applying would do: what is applied is what was read."""
        said = [
            [place.as_json() for place in self.created],
            [
                [change.place.pk, [[item.field, item.old, item.new] for item in change.differences]]
                for change in (*self.changed, *self.conflicts)
            ],
            [[place.pk for place in places] for places in (self.gone, self.back)],
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def read_extract(content: bytes, communes: Mapping[str, Commune]) -> tuple[ExtractSource, Reading]:
    """The source, told by the file itself, and what it says of `communes`, by their codes."""
    text = decode(content).replace("\x00", "")
    if is_finess(text):
        return ExtractSource.FINESS, read_finess(text, communes)
    return ExtractSource.OSM, read_osm(text, communes)


def keep_extract(
    *,
    reading: Reading,
    source: ExtractSource,
    file_name: str,
    dated_on: date,
    at: datetime,
    by: User | None = None,
) -> Extract:
    """Keep what was read, to be compared and applied later. Raises RefusedError with the rows
    that are damaged: then nothing is kept."""
    if reading.faults:
        raise RefusedError("; ".join(str(fault) for fault in reading.faults))
    return Extract.objects.create(
        source=source,
        file_name=file_name[:160],
        dated_on=dated_on,
        rows=[place.as_json() for place in reading.places],
        left_out=reading.left_out,
        read_at=at,
        read_by=by,
    )


def compare(extract: Extract) -> Comparison:
    """What applying `extract` would do now. 1 query."""
    places = list(
        Place.objects.filter(is_fictitious=False, merged_into=None).select_related("commune")
    )
    known = _Known(places)
    found = Comparison(left_out=extract.left_out)
    met: set[int] = set()
    for read in (ReadPlace.from_json(values) for values in extract.rows):
        place = known.find(read)
        row = known.named_apart(read, place)
        if place is None and row.kind:
            found.created.append(row)
        elif place is None:
            found.left_out += 1
        elif place.pk not in met:
            met.add(place.pk)
            _sort_out(found, place, row, extract)
    number = "finess" if extract.source == ExtractSource.FINESS else "osm_id"
    found.gone = [
        place
        for place in places
        if getattr(place, number)
        and place.pk not in met
        and not place.gone_on
        and not _is_absence(place, extract)
    ]
    return found


def _sort_out(found: Comparison, place: Place, row: ReadPlace, extract: Extract) -> None:
    differences = tuple(_differences(place, row, extract))
    change = Change(place, differences)
    if differences:
        (found.conflicts if change.is_conflict else found.changed).append(change)
    elif not _is_absence(place, extract):
        found.unchanged += 1
    if _is_absence(place, extract):
        found.back.append(place)


@transaction.atomic
def apply_extract(
    *,
    extract: Extract,
    digest: str,
    at: datetime,
    by: User | None = None,
    take: Collection[int] = (),
) -> Extract:
    """Do what the preview said; of places that staff wrote, change those in `take` only.

    Raises RefusedError when it was applied already, or when places changed since the preview.
    Side effects: places made, changed, or marked « à vérifier »; a version of each in its history.
    """
    locked = Extract.objects.select_for_update(of=("self",)).get(pk=extract.pk)
    if locked.applied_at:
        raise RefusedError("Cet extrait est déjà appliqué.")
    # Staff who edit a place meanwhile wait: what is compared is what is written.
    list(Place.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    comparison = compare(locked)
    if comparison.digest != digest:
        raise RefusedError("Des lieux ont changé depuis l’aperçu. Relisez-le, puis appliquez.")
    _create(comparison.created, locked, at)
    chosen = [change for change in comparison.conflicts if change.place.pk in take]
    for change in (*comparison.changed, *chosen):
        _write(change)
    for place in comparison.back:
        place.doubt = ""
        place.save(update_fields=["doubt"])
    for place in comparison.gone:
        place.doubt = f"{_absence(locked)} du {format_date(locked.dated_on)}"
        place.save(update_fields=["doubt"])
    locked.applied_at, locked.applied_by = at, by
    locked.created_count = len(comparison.created)
    locked.changed_count = len(comparison.changed) + len(chosen)
    locked.kept_count = len(comparison.conflicts) - len(chosen)
    locked.gone_count = len(comparison.gone)
    locked.save()
    return locked


def _create(rows: Iterable[ReadPlace], extract: Extract, at: datetime) -> None:
    made = [
        Place(
            **{
                name: value
                for name, value in row.as_json().items()
                if name not in ("line", "services")
            },
            services=list(row.services),
            precision=Precision.ADDRESS,
            source=f"{extract.get_source_display()}, {extract.words} du "
            f"{format_date(extract.dated_on)}",
        )
        for row in rows
    ]
    Place.objects.bulk_create(made)
    OpenSpan.objects.ensure((place.opening_hours for place in made), at=at)


def _write(change: Change) -> None:
    place, fields = change.place, []
    for difference in change.differences:
        if difference.field == "position":
            place.latitude, place.longitude = difference.value
            place.precision = Precision.ADDRESS
            fields += ["latitude", "longitude", "precision"]
        else:
            setattr(place, difference.field, difference.value)
            fields.append(difference.field)
    place.save(update_fields=fields)


def _differences(place: Place, row: ReadPlace, extract: Extract) -> Iterator[Difference]:
    is_osm = extract.source == ExtractSource.OSM
    if is_osm:
        fields: tuple[str, ...] = ("osm_id", "finess", *_FROM_OSM)
        if not place.finess:  # it was made from OpenStreetMap: no other list says better
            fields += _FIELDS
    else:
        fields = ("finess", *_FIELDS)
    for name in dict.fromkeys(fields):
        if name == "position":
            yield from _moved(place, row)
            continue
        new, old = getattr(row, name), getattr(place, name)
        if new in ("", None) or new == old:
            continue
        yield Difference(name, _LABELS[name], _said(name, old), _said(name, new), new)
    services = sorted({*place.services, *row.services})
    if services != sorted(place.services):
        yield Difference(
            "services",
            "services",
            ", ".join(place.service_labels),
            ", ".join(Service(service).label for service in services),
            services,
        )


def _moved(place: Place, row: ReadPlace) -> Iterator[Difference]:
    is_same = (
        abs(place.latitude - row.latitude) < _SAME_SPOT
        and abs(place.longitude - row.longitude) < _SAME_SPOT
    )
    if not is_same or place.precision == Precision.TOWN_HALL:
        old = f"{place.latitude:.5f} ; {place.longitude:.5f} ({place.get_precision_display()})"
        new = f"{row.latitude:.5f} ; {row.longitude:.5f}"
        yield Difference("position", "position", old, new, (row.latitude, row.longitude))


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if name == "kind":
        return str(PlaceKind(value).label)
    return "" if value is None else str(value)


def _absence(extract: Extract) -> str:
    return f"Absent de l’{extract.words}"


def _is_absence(place: Place, extract: Extract) -> bool:
    """Whether its doubt is that an earlier extract of the same source did not name it."""
    return place.doubt.startswith(_absence(extract))


class _Known:
    """The places of the portal, by what an extract may know them by."""

    def __init__(self, places: Iterable[Place]) -> None:
        places = list(places)
        self._by_finess = {place.finess: place for place in places if place.finess}
        self._by_osm = {place.osm_id: place for place in places if place.osm_id}
        self._by_name = {(place.commune_id, _folded(place.name)): place for place in places}

    def find(self, row: ReadPlace) -> Place | None:
        """By its numbers, then by its name where that place has no other number of that kind."""
        found = self._by_finess.get(row.finess) or self._by_osm.get(row.osm_id)
        if found is not None:
            return found
        named = self._by_name.get((row.commune_id, _folded(row.name)))
        if (
            named is None
            or named.pk is None
            or (row.finess and named.finess)
            or (row.osm_id and named.osm_id)
        ):
            return None
        return named

    def named_apart(self, row: ReadPlace, place: Place | None) -> ReadPlace:
        """With its number in its name when another place of the commune bears that name."""
        key = (row.commune_id, _folded(row.name))
        other = self._by_name.get(key)
        if other is not None and other is not place:
            number = row.finess or row.osm_id
            row = replace(row, name=f"{row.name[: _NAME_LENGTH - len(number) - 3]} ({number})")
        elif other is None:
            self._by_name[key] = place or Place(name=row.name)
        return row


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").split())
