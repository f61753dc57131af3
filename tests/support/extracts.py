"""Extracts of FINESS and OpenStreetMap as their producers write them, of fictitious places."""

from __future__ import annotations

import json
from typing import Any

FINESS_HEAD = "finess;etalab;93;2027-03-03"
# The town hall of Chécy, in metres of Lambert 93.
CHECY_X, CHECY_Y = 627_000.0, 6_755_000.0


def structure(number: str = "450000001", **cells: str) -> str:
    """One `structureet` row: 32 columns, most of them empty."""
    values = {
        "nofinesset": number,
        "nofinessej": "450999999",
        "rs": "MSP D'ESSAI",
        "rslongue": "MAISON DE SANTE D'ESSAI",
        "numvoie": "12",
        "typvoie": "R",
        "voie": "DE LA LOIRE",
        "commune": "089",
        "departement": "45",
        "libdepartement": "LOIRET",
        "ligneacheminement": "45430 CHECY",
        "telephone": "0238000001",
        "categetab": "603",
        "libcategetab": "Maison de santé (L.6223-3)",
        **cells,
    }
    names = (
        *("nofinesset", "nofinessej", "rs", "rslongue", "complrs", "compldistrib", "numvoie"),
        *("typvoie", "voie", "compvoie", "lieuditbp", "commune", "departement"),
        *("libdepartement", "ligneacheminement", "telephone", "telecopie", "categetab"),
        *("libcategetab", "categagretab", "libcategagretab", "siret", "codeape", "codemft"),
        *("libmft", "codesph", "libsph", "dateouv", "dateautor", "maj", "numuai"),
    )
    return ";".join(("structureet", *(values.get(name, "") for name in names)))


def location(number: str = "450000001", x: object = CHECY_X, y: object = CHECY_Y) -> str:
    source = "1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93"
    return f"geolocalisation;{number};{x};{y};{source};2027-03-01"


def finess(*rows: str) -> bytes:
    return "\n".join((FINESS_HEAD, *rows, "")).encode()


def element(number: int = 1, **tags: str) -> dict[str, Any]:
    """A node of Overpass in Chécy, a health house unless said otherwise."""
    known = {"amenity": "clinic", "name": "Maison de santé d'essai"}
    given = {key.replace("__", ":"): value for key, value in tags.items()}
    return {
        "type": "node",
        "id": number,
        "lat": 47.8945,
        "lon": 2.0236,
        "tags": {**known, **given},
    }


def overpass(*elements: dict[str, Any]) -> bytes:
    return json.dumps({"version": 0.6, "elements": list(elements)}, indent=2).encode()
