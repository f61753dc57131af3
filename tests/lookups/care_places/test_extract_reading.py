"""What FINESS and OpenStreetMap files say, and every damaged row with its line."""

from __future__ import annotations

import json

import pytest

from apps.lookups.care_places.extract_rows import Reading
from apps.lookups.care_places.imports import read_extract
from apps.lookups.care_places.models import ExtractSource
from apps.territory.models import Commune
from apps.territory.outlines import commune_at
from tests.support.extracts import element, finess, location, overpass, structure
from tests.support.text import plain

CHECY = Commune(
    insee_code="45089",
    name="Chécy",
    postcodes=["45430"],
    hall_latitude=47.8945,
    hall_longitude=2.0236,
)
COMMUNES = {"45089": CHECY}


def faults(content: bytes) -> list[str]:
    return [plain(str(fault)) for fault in read_extract(content, COMMUNES)[1].faults]


def read(content: bytes) -> Reading:
    found = read_extract(content, COMMUNES)[1]
    assert found.faults == []
    return found


def test_finess_gives_a_place_with_its_degrees() -> None:
    source, found = read_extract(finess(structure(), location()), COMMUNES)

    (place,) = found.places
    assert source == ExtractSource.FINESS
    assert (place.name, place.kind) == ("Maison de Sante d’Essai", "maison-de-sante")
    assert (place.commune_id, place.address) == ("45089", "12 rue de la Loire, 45430 Checy")
    assert (place.phone, place.finess) == ("+33238000001", "450000001")
    assert (round(place.latitude, 3), round(place.longitude, 3)) == (47.891, 2.023)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_finess_reads_old_and_new_alphabets(encoding: str) -> None:
    row = structure(rslongue="HÔPITAL D'ESSAI", categetab="355")

    (place,) = read(finess(row, location()).decode().encode(encoding)).places

    assert place.name == "Hôpital d’Essai"


def test_finess_leaves_out_other_places_and_other_departments() -> None:
    found = read(
        finess(
            structure(),
            location(),
            structure("450000002", categetab="500"),
            structure("280000001", departement="28"),
            structure("450000003", categetab="620"),
            location("450000003"),
        )
    )

    assert [(place.finess, place.kind) for place in found.places] == [
        ("450000001", "maison-de-sante"),
        ("450000003", ""),  # a pharmacy is updated when it is known, never made
    ]
    assert found.left_out == 1


def test_a_phone_that_lost_its_zero_is_read_and_an_impossible_one_is_said() -> None:
    (place,) = read(finess(structure(telephone="238000001"), location())).places
    assert place.phone == "+33238000001"

    found = read(finess(structure(telephone="123"), location()))
    assert found.places[0].phone == ""
    assert "« 123 » n’existe pas" in plain(str(found.remarks[0]))


def test_each_damaged_row_of_finess_is_named_with_its_line() -> None:
    content = finess(
        structure(),
        "structureet;450000002;trop court",
        structure("45A"),
        structure("450000003", commune="999"),
        structure("450000004", rs="", rslongue=""),
        structure("450000005"),
        "geolocalisation;450000005;abc;6755000;x;2027-01-01",
        structure("450000006"),
        location("450000006", x=12, y=13),
        "inconnu;1",
        structure(),
    )

    assert faults(content) == [
        "ligne 2 : l’établissement 450000001 n’a pas de coordonnées.",
        "ligne 3 : 3 colonnes au lieu de 32.",
        "ligne 4 : le numéro FINESS « 45A » n’a pas 9 chiffres.",
        "ligne 5 : commune inconnue : 45999.",
        "ligne 6 : l’établissement n’a pas de nom.",
        "ligne 8 : les coordonnées « abc ; 6755000 » ne se lisent pas.",
        "ligne 10 : les coordonnées de 450000006 tombent loin du Loiret.",
        "ligne 11 : rubrique inconnue « inconnu ».",
        "ligne 12 : le numéro 450000001 figure déjà plus haut.",
    ]


def test_a_file_without_the_loiret_is_refused() -> None:
    assert faults(finess(structure("280000001", departement="28"))) == [
        "ligne 1 : aucun lieu de soins du Loiret dans ce fichier."
    ]


def test_overpass_gives_hours_access_and_numbers() -> None:
    (place,) = read(
        overpass(
            element(
                opening_hours="Mo-Fr 08:00-20:00; PH off",
                phone="02 38 00 00 02",
                wheelchair="yes",
                website="https://essai.example/",
                ref__FR__FINESS="450000001",
                addr__housenumber="12",
                addr__street="rue de l'Essai",
            )
        )
    ).places

    assert (place.osm_id, place.finess, place.commune_id) == ("node/1", "450000001", "45089")
    assert (place.opening_hours, place.phone) == ("Mo-Fr 08:00-20:00; PH off", "+33238000002")
    assert (place.is_wheelchair_accessible, place.kind) == (True, "maison-de-sante")
    assert place.address == "12 rue de l’Essai, 45430 Chécy"


def test_values_that_cannot_be_read_are_left_aside_and_said() -> None:
    found = read(
        overpass(
            element(opening_hours="quand on veut", website="essai", phone="x", ref__FR__FINESS="1"),
            {**element(2), "tags": {"amenity": "hospital"}},
        )
    )

    assert len(found.places) == 1
    assert len(found.remarks) == 5


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "hospital", "name": "Hôpital"}, "hopital"),
        ({"amenity": "doctors", "name": "Pôle de santé du Pont"}, "maison-de-sante"),
        ({"amenity": "clinic", "name": "Centre municipal de santé"}, "centre-de-sante"),
        ({"healthcare": "centre", "amenity": "", "name": "Ici"}, "centre-de-sante"),
        ({"amenity": "clinic", "name": "Clinique d’essai"}, "clinique"),
        ({"amenity": "pharmacy", "name": "Pharmacie"}, ""),
    ],
)
def test_kinds_of_openstreetmap(tags: dict[str, str], kind: str) -> None:
    assert read(overpass(element(**tags))).places[0].kind == kind


def test_what_is_no_place_of_care_or_elsewhere_is_left_out() -> None:
    paris = {**element(2), "lat": 48.85, "lon": 2.35}
    doctor = element(3, amenity="doctors", name="Dr Essai")

    found = read(overpass(element(), paris, doctor))

    assert ([place.osm_id for place in found.places], found.left_out) == (["node/1"], 2)


XML = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="11" lat="47.8940" lon="2.0230"/>
 <node id="12" lat="47.8950" lon="2.0240"/>
 <way id="7">
  <nd ref="11"/><nd ref="12"/>
  <tag k="amenity" v="hospital"/>
  <tag k="name" v="Hôpital d'essai"/>
  <tag k="emergency" v="yes"/>
 </way>
 <relation id="8"><center lat="47.8945" lon="2.0236"/>
  <tag k="healthcare" v="centre"/><tag k="name" v="Centre"/></relation>
</osm>
"""


def test_an_osm_file_gives_ways_at_their_middle() -> None:
    way, relation = read(XML.encode()).places

    assert (way.osm_id, way.line, way.services) == ("way/7", 5, ("urgences",))
    assert (way.latitude, way.longitude) == (47.8945, 2.0235)
    assert relation.osm_id == "relation/8"


def test_an_osm_file_without_position_names_its_line() -> None:
    content = XML.replace('<nd ref="11"/><nd ref="12"/>', "").encode()

    assert faults(content) == ["ligne 5 : way/7 n’a pas de position."]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (XML[:300].encode(), "ligne 10 : ce XML ne se lit pas."),
        (XML.replace('lat="47.8940"', 'lat="nord"').encode(), "ligne 3 : la position de node/11"),
        (XML.replace('id="12"', 'id="-12"').encode(), "ligne 4 : identifiant illisible"),
        (b'{"remark": "timeout"}', "ligne 1 : ce n’est pas un extrait d’Overpass"),
        (overpass(element())[:120], "ligne 4 : ce JSON ne se lit pas."),
        (b'{"elements": [3]}', "ligne 1 : cet élément n’a pas la forme"),
        (overpass({**element(), "lat": "nord"}), "ligne 4 : la position de node/1"),
        (overpass(element(), element()), "figure déjà plus haut."),
        (overpass({**element(), "lat": 478}), "n’est pas sur la Terre."),
        (b"\x89PNG\r\n\x00", "ligne 1 : ce XML ne se lit pas."),
    ],
)
def test_a_damaged_file_says_where(content: bytes, fault: str) -> None:
    (found,) = faults(content)
    assert fault in found


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE osm [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE osm SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_document_type_is_refused(declared: str) -> None:
    content = XML.replace("<osm ", f"{declared}\n<osm ", 1).encode()

    assert faults(content) == ["ligne 2 : une déclaration DOCTYPE n’a rien à faire ici."]


def test_rows_survive_the_database() -> None:
    (place,) = read(overpass(element(wheelchair="no", emergency="yes"))).places

    assert type(place).from_json(json.loads(json.dumps(place.as_json()))) == place


@pytest.mark.parametrize(
    ("latitude", "longitude", "insee"),
    [(47.9025, 1.9090, "45234"), (47.8945, 2.0236, "45089"), (48.8566, 2.3522, None)],
)
def test_a_point_is_in_one_commune(latitude: float, longitude: float, insee: str | None) -> None:
    assert commune_at(latitude, longitude) == insee
