"""Extracts of FINESS, the national list of health establishments, as data.gouv.fr gives them.

The file looks like a CSV and is two: `structureet` rows say what an establishment is,
`geolocalisation` rows say where, in metres of Lambert 93; both are tied by its number. There is
no header but a first row, « finess;etalab;… », and no column has a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import phonenumbers

from apps.lookups.care_places.extract_rows import Reading, ReadPlace
from apps.lookups.care_places.lambert import to_degrees
from apps.lookups.care_places.models import PlaceKind
from apps.lookups.care_places.reference_files import (
    CLINICS,
    HOSPITALS,
    SPECIALITIES,
    typeset_name,
    typeset_street,
)
from apps.territory.models import Commune

# Of the categories of establishment, those that DREES' file does not have.
_HEALTH_CENTRES = {"124", "439"}
_HEALTH_HOUSES = {"603"}
_PHARMACIES = {"620"}

_STRUCTURE_COLUMNS = 32
_LOCATION_COLUMNS = 5
_DEPARTMENT = "45"
_NUMBER = re.compile(r"^\d{9}$")
# Lambert 93 of whatever lies in the Loiret or near it, in metres.
_EAST, _NORTH = (550_000, 720_000), (6_690_000, 6_840_000)


def is_finess(text: str) -> bool:
    return text.lstrip("\ufeff")[:200].lower().startswith("finess;")


def decode(content: bytes) -> str:
    """UTF-8 as it is published now, else the Windows alphabet of the older files."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_finess(text: str, communes: Mapping[str, Commune]) -> Reading:
    """Places of the Loiret whose category the portal shows; the others are left out, counted."""
    reading = Reading()
    places: dict[str, ReadPlace] = {}
    located: set[str] = set()
    for line, raw in enumerate(text.splitlines(), start=1):
        cells = [cell.strip().strip('"') for cell in raw.split(";")]
        section = cells[0].lower().lstrip("\ufeff")
        if not raw.strip() or (line == 1 and section == "finess"):
            continue
        if section == "structureet":
            _read_structure(reading, line, cells, places, communes)
        elif section == "geolocalisation":
            _read_location(reading, line, cells, places, located)
        else:
            reading.refuse(line, f"rubrique inconnue « {section[:30]} ».")
    for number, place in places.items():
        if number not in located:
            reading.refuse(place.line, f"l’établissement {number} n’a pas de coordonnées.")
    reading.places = list(places.values())
    return reading.end()


def _read_structure(
    reading: Reading,
    line: int,
    cells: list[str],
    places: dict[str, ReadPlace],
    communes: Mapping[str, Commune],
) -> None:
    if len(cells) < _STRUCTURE_COLUMNS - 1:
        reading.refuse(line, f"{len(cells)} colonnes au lieu de {_STRUCTURE_COLUMNS}.")
        return
    number, category, department = cells[1], cells[18], cells[13]
    if department != _DEPARTMENT:
        return
    kind, commune = _kind(category), communes.get(f"{department}{cells[12]}")
    name = cells[4] or cells[3]
    if kind is None:
        reading.left_out += 1
        return
    if not _NUMBER.match(number):
        reading.refuse(line, f"le numéro FINESS « {number} » n’a pas 9 chiffres.")
    elif number in places:
        reading.refuse(line, f"le numéro {number} figure déjà plus haut.")
    elif not name:
        reading.refuse(line, "l’établissement n’a pas de nom.")
    elif commune is None:
        reading.refuse(line, f"commune inconnue : {department}{cells[12]}.")
    else:
        places[number] = _place(reading, line, cells, kind, commune)


def _place(reading: Reading, line: int, cells: list[str], kind: str, commune: Commune) -> ReadPlace:
    """At the town hall until its `geolocalisation` row is met."""
    return ReadPlace(
        line=line,
        name=typeset_name(cells[4] or cells[3])[:160],
        kind=kind,
        category=SPECIALITIES.get(cells[18], ""),
        commune_id=commune.pk,
        address=_address(cells),
        latitude=commune.hall_latitude,
        longitude=commune.hall_longitude,
        phone=_phone(reading, line, cells[16]),
        finess=cells[1],
    )


def _read_location(
    reading: Reading,
    line: int,
    cells: list[str],
    places: dict[str, ReadPlace],
    located: set[str],
) -> None:
    if len(cells) < _LOCATION_COLUMNS:
        reading.refuse(line, f"{len(cells)} colonnes au lieu de {_LOCATION_COLUMNS + 1}.")
        return
    number = cells[1]
    if number not in places:  # elsewhere, or a category left out
        return
    located.add(number)
    try:
        x, y = float(cells[2].replace(",", ".")), float(cells[3].replace(",", "."))
    except ValueError:
        reading.refuse(line, f"les coordonnées « {cells[2]} ; {cells[3]} » ne se lisent pas.")
        return
    if not (_EAST[0] <= x <= _EAST[1] and _NORTH[0] <= y <= _NORTH[1]):
        reading.refuse(line, f"les coordonnées de {number} tombent loin du Loiret.")
        return
    latitude, longitude = to_degrees(x, y)
    places[number] = replace(
        places[number], latitude=round(latitude, 6), longitude=round(longitude, 6)
    )


def _kind(category: str) -> str | None:
    """Empty for a pharmacy: known ones are updated, none is created. None: not shown here."""
    for kind, categories in (
        (PlaceKind.HOSPITAL, HOSPITALS),
        (PlaceKind.CLINIC, CLINICS),
        (PlaceKind.HEALTH_CENTRE, _HEALTH_CENTRES),
        (PlaceKind.HEALTH_HOUSE, _HEALTH_HOUSES),
        (PlaceKind.SPECIALISED, SPECIALITIES),
    ):
        if category in categories:
            return kind.value
    return "" if category in _PHARMACIES else None


def _address(cells: list[str]) -> str:
    """« 14 avenue de l’Hopital, 45100 Orleans »; a post box is no place to go to."""
    street = typeset_street(" ".join(filter(None, cells[7:10])))
    town = re.sub(r"\s+CEDEX.*$", "", cells[15], flags=re.IGNORECASE)
    postcode, _, name = town.partition(" ")
    return ", ".join(filter(None, (street, f"{postcode} {typeset_name(name)}".strip())))[:240]


def _phone(reading: Reading, line: int, typed: str) -> str:
    """E.164; some files lose the first zero."""
    if not typed:
        return ""
    number = typed if len(typed) != 9 else f"0{typed}"
    return read_phone(reading, line, number)


def read_phone(reading: Reading, line: int, typed: str) -> str:
    """E.164 of a French number; one that cannot exist is left aside, and said."""
    try:
        found = phonenumbers.parse(typed.split(";", maxsplit=1)[0], "FR")
    except phonenumbers.NumberParseException:
        found = None
    if found is None or not phonenumbers.is_valid_number(found):
        reading.remark(line, f"le téléphone « {typed[:40]} » n’existe pas : laissé de côté.")
        return ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
