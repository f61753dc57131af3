"""The reference files of places of care, turned into unsaved rows. No writing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from apps.lookups.care_places.models import Place, PlaceKind, Service
from apps.territory.loading import Row, read_rows
from apps.territory.models import Commune
from apps.territory.public_data import Precision

# Categories of FINESS, which DREES uses too (SAE 2023): hospitals; surgery, medical care and mixed
# clinics.
HOSPITALS = {"101", "106", "355"}
CLINICS = {"128", "129", "365"}
# What the others are, in words that need no explanation.
SPECIALITIES = {
    "109": "Soins médicaux et de réadaptation",
    "127": "Hospitalisation à domicile",
    "141": "Dialyse",
    "146": "Dialyse",
    "161": "Santé mentale",
    "292": "Psychiatrie",
    "362": "Soins de longue durée",
    "699": "Radiothérapie",
}
_HOSPITAL_SOURCE = "DREES, Statistique annuelle des établissements de santé 2023"
_SAMPLE_KINDS = {
    "msp": PlaceKind.HEALTH_HOUSE,
    "pole_sante": PlaceKind.HEALTH_HOUSE,
    "centre_sante": PlaceKind.HEALTH_CENTRE,
}
# Short words that the files write in capitals, and that stay so.
_ACRONYMS = {
    *("CH", "CHR", "CHAM", "MRC", "CMPR", "EPSM", "CRFA", "USLD", "HAD", "SSR", "AIDAPHI"),
    *("ASSAD", "G.", "A.T.I.R.R.O.", "L'A.D.A.P.T."),
}
_SMALL_WORDS = {"de", "des", "du", "la", "le", "les", "sur", "d’", "l’"}
_STREETS = {
    "R": "rue",
    "AV": "avenue",
    "BD": "boulevard",
    "RTE": "route",
    "ALL": "allée",
}


def read_places(folder: Path, communes: Mapping[str, Commune]) -> Iterator[Place]:
    """Hospitals and clinics of DREES, then the health houses that our sources name."""
    yield from _read_hospitals(folder, communes)
    yield from _read_sample(folder, communes)


def _read_hospitals(folder: Path, communes: Mapping[str, Commune]) -> Iterator[Place]:
    columns = (
        *("finess_geo", "nom", "categorie", "adresse", "code_postal"),
        *("code_insee", "urgences_sae", "lat", "lon", "precision"),
    )
    for row in read_rows(folder / "places_hospitals.csv", columns):
        commune = _commune(row, communes)
        street = typeset_street(row.optional("adresse"))
        postcode = row.optional("code_postal")
        yield Place(
            name=typeset_name(row.text("nom")),
            kind=_hospital_kind(row.text("categorie")),
            category=SPECIALITIES.get(row.text("categorie"), ""),
            commune=commune,
            address=", ".join(filter(None, (street, f"{postcode} {commune.name}".strip()))),
            latitude=row.parse("lat", float),
            longitude=row.parse("lon", float),
            precision=_precision(row),
            services=[Service.EMERGENCY.value] if row.text("urgences_sae") == "1" else [],
            finess=row.text("finess_geo"),
            source=_HOSPITAL_SOURCE,
        )


def _read_sample(folder: Path, communes: Mapping[str, Commune]) -> Iterator[Place]:
    columns = ("nom", "type", "code_insee", "adresse", "lat", "lon", "precision", "source")
    for row in read_rows(folder / "places_msp_sample.csv", columns):
        # A SISA is the company of the professionals, not a place where one goes.
        if (kind := _SAMPLE_KINDS.get(row.text("type"))) is None:
            continue
        commune = _commune(row, communes)
        yield Place(
            name=row.text("nom").replace("'", "’"),
            kind=kind,
            commune=commune,
            address=row.optional("adresse").replace("'", "’"),
            latitude=row.parse("lat", float),
            longitude=row.parse("lon", float),
            precision=_precision(row),
            source=row.text("source").replace("seed 000", "Plan Priorité Santé du Loiret, 2023"),
        )


def _hospital_kind(category: str) -> PlaceKind:
    if category in HOSPITALS:
        return PlaceKind.HOSPITAL
    return PlaceKind.CLINIC if category in CLINICS else PlaceKind.SPECIALISED


def _commune(row: Row, communes: Mapping[str, Commune]) -> Commune:
    if (commune := communes.get(row.text("code_insee"))) is None:
        raise row.damaged("commune inconnue ; lancez d’abord load_territory")
    return commune


def _precision(row: Row) -> Precision:
    return Precision.TOWN_HALL if "mairie" in row.text("precision") else Precision.ADDRESS


def typeset_name(name: str) -> str:
    """« CH PITHIVIERS » becomes « CH Pithiviers »: capitals only where French has them."""
    words = [
        word if word in _ACRONYMS else _capitalised(word) for word in name.split() if word.strip()
    ]
    return " ".join(words).replace("'", "’")


def _capitalised(word: str) -> str:
    lower = word.lower().replace("'", "’")
    if lower in _SMALL_WORDS:
        return lower
    article, apostrophe, rest = lower.rpartition("’")
    parts = [part[:1].upper() + part[1:] for part in rest.split("-")]
    joined = "-".join(part.lower() if part.lower() in _SMALL_WORDS else part for part in parts)
    return f"{article}{apostrophe}{joined}"


def typeset_street(street: str) -> str:
    """« 14 AV DE L'HOPITAL » becomes « 14 avenue de l’Hopital »: the file has no accents."""
    words = []
    for word in street.split():
        if word in _STREETS:
            words.append(_STREETS[word])
        elif word[0].isdigit():
            words.append(word.lower())
        else:
            words.append(_capitalised(word))
    return " ".join(words)
