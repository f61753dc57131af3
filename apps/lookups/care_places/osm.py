"""Extracts of OpenStreetMap: the JSON of Overpass, or an .osm file (XML).

Both are read with the line of each element. A document type in the XML is refused: it is where
entities that swell or read other files are declared, and no extract needs one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any
from xml.parsers import expat

from apps.core.opening import why_not_hours
from apps.lookups.care_places.extract_rows import Reading, ReadPlace
from apps.lookups.care_places.finess import read_phone
from apps.lookups.care_places.models import PlaceKind, Service
from apps.territory.models import Commune
from apps.territory.outlines import commune_at

_HEALTH_HOUSE = re.compile(r"\b(maison|p[oô]le)\b.*\bsant[eé]\b|\bmsp\b", re.IGNORECASE)
_HEALTH_CENTRE = re.compile(r"\bcentre\b.*\bsant[eé]\b", re.IGNORECASE)
_FINESS = re.compile(r"^\d{9}$")
_JSON_ELEMENTS = re.compile(r'"elements"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


class DamagedFileError(ValueError):
    """A file that stops being readable at `line`."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass
class Element:
    """One node, way or relation, with what it says and where."""

    line: int
    osm_id: str
    tags: dict[str, str] = field(default_factory=dict)
    latitude: float | None = None
    longitude: float | None = None
    nodes: list[str] = field(default_factory=list)


def read_osm(text: str, communes: Mapping[str, Commune]) -> Reading:
    """Places of care within the Loiret; what is elsewhere, or no place of care, is left out."""
    reading = Reading()
    seen: set[str] = set()
    try:
        elements = list(_elements(text))
    except DamagedFileError as damage:
        reading.refuse(damage.line, damage.reason)
        return reading
    points = {
        element.osm_id: (element.latitude, element.longitude)
        for element in elements
        if element.latitude is not None and element.longitude is not None
    }
    for element in elements:
        if not element.tags or _kind(element.tags) is None:
            reading.left_out += bool(element.tags)
            continue
        if element.osm_id in seen:
            reading.refuse(element.line, f"{element.osm_id} figure déjà plus haut.")
            continue
        seen.add(element.osm_id)
        _read_element(reading, element, points, communes)
    return reading.end()


def _read_element(
    reading: Reading,
    element: Element,
    points: Mapping[str, tuple[float, float]],
    communes: Mapping[str, Commune],
) -> None:
    tags, line = element.tags, element.line
    position = _position(element, points)
    if position is None:
        reading.refuse(line, f"{element.osm_id} n’a pas de position.")
        return
    latitude, longitude = position
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        reading.refuse(line, f"la position de {element.osm_id} n’est pas sur la Terre.")
        return
    insee = commune_at(latitude, longitude)
    if insee is None or insee not in communes:
        reading.left_out += 1
        return
    if not tags.get("name", "").strip():
        reading.remark(line, f"{element.osm_id} n’a pas de nom : laissé de côté.")
        return
    reading.places.append(_place(reading, element, position, communes[insee]))


def _place(
    reading: Reading, element: Element, position: tuple[float, float], commune: Commune
) -> ReadPlace:
    """Values that cannot be read are left aside, and said."""
    tags, line = element.tags, element.line
    return ReadPlace(
        line=line,
        name=tags["name"].strip()[:160].replace("'", "’"),
        kind=_kind(tags) or "",
        commune_id=commune.pk,
        address=_address(tags, commune),
        latitude=round(position[0], 6),
        longitude=round(position[1], 6),
        phone=_phone(reading, line, tags),
        website=_website(reading, line, tags),
        opening_hours=_hours(reading, line, tags),
        services=(Service.EMERGENCY.value,) if tags.get("emergency") == "yes" else (),
        is_wheelchair_accessible={"yes": True, "no": False}.get(tags.get("wheelchair", "")),
        finess=_finess(reading, line, tags),
        osm_id=element.osm_id,
    )


def _position(
    element: Element, points: Mapping[str, tuple[float, float]]
) -> tuple[float, float] | None:
    """Its own point, else the middle of its corners, as far as the file gives them."""
    corners = [points[f"node/{node}"] for node in element.nodes if f"node/{node}" in points]
    if element.osm_id in points or not corners:
        return points.get(element.osm_id)
    return fmean(corner[0] for corner in corners), fmean(corner[1] for corner in corners)


def _kind(tags: Mapping[str, str]) -> str | None:
    """Empty for a pharmacy: known ones are updated, none is created. None: not shown here."""
    amenity, healthcare = tags.get("amenity", ""), tags.get("healthcare", "")
    name = tags.get("name", "")
    if amenity == "hospital" or healthcare == "hospital":
        return PlaceKind.HOSPITAL.value
    if amenity == "pharmacy" or healthcare == "pharmacy":
        return ""
    if amenity in ("clinic", "doctors") or healthcare in ("centre", "clinic", "doctor"):
        if _HEALTH_HOUSE.search(name):
            return PlaceKind.HEALTH_HOUSE.value
        if _HEALTH_CENTRE.search(name) or healthcare == "centre":
            return PlaceKind.HEALTH_CENTRE.value
        if amenity == "clinic" or healthcare == "clinic":
            return PlaceKind.CLINIC.value
    return None


def _address(tags: Mapping[str, str], commune: Commune) -> str:
    street = " ".join(filter(None, (tags.get("addr:housenumber"), tags.get("addr:street"))))
    if not street:
        return ""
    postcode = tags.get("addr:postcode") or commune.postcodes[0]
    return f"{street}, {postcode} {commune.name}".replace("'", "’")[:240]


def _phone(reading: Reading, line: int, tags: Mapping[str, str]) -> str:
    typed = tags.get("phone") or tags.get("contact:phone") or ""
    return read_phone(reading, line, typed) if typed else ""


def _website(reading: Reading, line: int, tags: Mapping[str, str]) -> str:
    address = (tags.get("website") or tags.get("contact:website") or "").strip()
    if address and not re.match(r"^https?://[^\s/]+\.[^\s]+$", address):
        reading.remark(line, f"le site « {address[:60]} » ne se lit pas : laissé de côté.")
        return ""
    return address[:200]


def _hours(reading: Reading, line: int, tags: Mapping[str, str]) -> str:
    hours = tags.get("opening_hours", "").strip()
    if hours and (len(hours) > 300 or why_not_hours(hours)):
        reading.remark(line, f"les horaires « {hours[:60]} » ne se lisent pas : laissés de côté.")
        return ""
    return hours


def _finess(reading: Reading, line: int, tags: Mapping[str, str]) -> str:
    number = tags.get("ref:FR:FINESS", "").replace(" ", "")
    if number and not _FINESS.match(number):
        reading.remark(line, f"le numéro FINESS « {number[:20]} » n’a pas 9 chiffres.")
        return ""
    return number


def _elements(text: str) -> Iterator[Element]:
    """Raises DamagedFileError."""
    start = text.lstrip("\ufeff \t\r\n")
    return _json_elements(text) if start.startswith("{") else _xml_elements(text)


def _json_elements(text: str) -> Iterator[Element]:
    if (opening := _JSON_ELEMENTS.search(text)) is None:
        raise DamagedFileError(1, "ce n’est pas un extrait d’Overpass : « elements » manque.")
    decoder, position = json.JSONDecoder(), opening.end()
    while True:
        gap = _BETWEEN.match(text, position)
        position = gap.end() if gap else position
        line = text.count("\n", 0, position) + 1
        if position >= len(text):
            raise DamagedFileError(line, "le fichier s’arrête au milieu.")
        if text[position] == "]":
            return
        try:
            raw, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise DamagedFileError(line, "ce JSON ne se lit pas.") from error
        yield _json_element(raw, line)


def _json_element(raw: Any, line: int) -> Element:
    if not isinstance(raw, dict) or not isinstance(raw.get("tags", {}), dict):
        raise DamagedFileError(line, "cet élément n’a pas la forme de ceux d’Overpass.")
    centre = raw.get("center") or raw
    return _element(
        line,
        str(raw.get("type", "")),
        str(raw.get("id", "")),
        (centre.get("lat"), centre.get("lon")),
        tags={str(key): str(value) for key, value in raw.get("tags", {}).items()},
        nodes=[str(node) for node in raw.get("nodes", ())],
    )


def _element(
    line: int,
    kind: str,
    number: str,
    position: tuple[Any, Any],
    *,
    tags: dict[str, str] | None = None,
    nodes: list[str] | None = None,
) -> Element:
    if kind not in ("node", "way", "relation") or not re.match(r"^[1-9]\d*$", number):
        raise DamagedFileError(line, f"identifiant illisible : « {kind[:20]}/{number[:20]} ».")
    latitude, longitude = position
    try:
        where = None if latitude is None else (float(latitude), float(longitude))
    except (TypeError, ValueError) as error:
        raise DamagedFileError(line, f"la position de {kind}/{number} ne se lit pas.") from error
    found = Element(line, f"{kind}/{number}", tags or {}, nodes=nodes or [])
    if where is not None:
        found.latitude, found.longitude = where
    return found


class _XmlReader:
    """Collects the elements of an .osm file with their lines."""

    def __init__(self) -> None:
        self.found: list[Element] = []
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._start

    def read(self, text: str) -> list[Element]:
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            raise DamagedFileError(error.lineno, "ce XML ne se lit pas.") from error
        return self.found

    def _refuse_document_type(self, *declared: object) -> None:
        raise DamagedFileError(
            self._parser.CurrentLineNumber, "une déclaration DOCTYPE n’a rien à faire ici."
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        if name in ("node", "way", "relation"):
            position = (attributes.get("lat"), attributes.get("lon"))
            self.found.append(_element(line, name, attributes.get("id", ""), position))
        elif not self.found:
            return
        elif name == "tag":
            self.found[-1].tags[attributes.get("k", "")] = attributes.get("v", "")
        elif name == "nd":
            self.found[-1].nodes.append(attributes.get("ref", ""))
        elif name == "center":
            last = self.found[-1]
            kind, _, number = last.osm_id.partition("/")
            position = (attributes.get("lat"), attributes.get("lon"))
            centre = _element(line, kind, number, position)
            last.latitude, last.longitude = centre.latitude, centre.longitude


def _xml_elements(text: str) -> Iterator[Element]:
    yield from _XmlReader().read(text)
