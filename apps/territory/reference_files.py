"""The territory's reference files (fixtures/reference), turned into unsaved rows. No writing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core.dates import format_date
from apps.territory.loading import Row, index_by, read_rows
from apps.territory.models import Commune, Density, Epci, Zone, ZoneClass, Zoning

T = TypeVar("T")

_HALL_COLUMNS = ("adresse", "telephone", "email", "site", "horaires_json")
_OSM_DAYS = {
    "lundi": "Mo",
    "mardi": "Tu",
    "mercredi": "We",
    "jeudi": "Th",
    "vendredi": "Fr",
    "samedi": "Sa",
    "dimanche": "Su",
}


def read_epcis(folder: Path) -> dict[str, Epci]:
    """Groupings of communes by SIREN."""
    columns = ("siren", "nom", "type", "nb_communes_loiret")
    rows = index_by(read_rows(folder / "epci.csv", columns), "siren")
    return {
        siren: Epci(
            siren=siren, name=_typeset(row.text("nom")), kind=row.parse("type", Epci.Kind).value
        )
        for siren, row in rows.items()
    }


def read_communes(folder: Path, epcis: Mapping[str, Epci]) -> dict[str, Commune]:
    """Communes by INSEE code. Refuses a file cut short: each EPCI says how many it counts."""
    columns = (
        *("code_insee", "nom", "slug", "codes_postaux", "epci_siren", "lat", "lon"),
        *("population_municipale_2023", "mairie_lat", "mairie_lon"),
    )
    rows = index_by(read_rows(folder / "communes.csv", columns), "code_insee")
    halls = index_by(
        read_rows(folder / "mairies.csv", ("code_insee", *_HALL_COLUMNS)), "code_insee"
    )
    densities = index_by(
        read_rows(folder / "density.csv", ("code_insee", "densite7")), "code_insee"
    )
    for row in rows.values():
        row.parse("code_insee", partial(_matching, r"45\d{3}"))
    communes = {
        code: _commune(
            row,
            epci=_at(epcis, row.text("epci_siren"), row, "epci.csv"),
            hall=_at(halls, code, row, "mairies.csv"),
            density=_at(densities, code, row, "density.csv"),
        )
        for code, row in rows.items()
    }
    counted = Counter(commune.epci_id for commune in communes.values())
    for row in read_rows(folder / "epci.csv", ("siren", "nb_communes_loiret")):
        expected = row.parse("nb_communes_loiret", int)
        if counted[row.text("siren")] != expected:
            raise row.damaged(
                f"{expected} communes attendues pour {row.text('nom')}, "
                f"communes.csv en a {counted[row.text('siren')]}"
            )
    return communes


def read_zones(folder: Path, communes: Mapping[str, Commune]) -> Iterator[Zone]:
    """Zones by commune and profession, in force from the day of the export.

    The exports carry no decree date: that day is the oldest one on which the zoning is proven.
    """
    columns = ("source_id", "source", "export_au_plus_tard")
    sources = index_by(read_rows(folder / "zoning_sources.csv", columns), "source_id")
    seen: dict[tuple[str, str], int] = {}
    for row in read_rows(folder / "zoning.csv", ("code_insee", "profession", "zone", "source_id")):
        source = _at(sources, row.text("source_id"), row, "zoning_sources.csv")
        exported_on = source.parse("export_au_plus_tard", date.fromisoformat)
        commune = _at(communes, row.text("code_insee"), row, "communes.csv")
        zoning = row.parse("profession", Zoning).value
        if (first := seen.setdefault((commune.pk, zoning), row.line)) != row.line:
            raise row.damaged(f"{commune.name}, {zoning} : déjà à la ligne {first}")
        yield Zone(
            commune=commune,
            zoning=zoning,
            zone_class=row.parse("zone", ZoneClass).value,
            valid_during=DateRange(exported_on, None),
            source=(
                # The relays of the export are in PROVENANCE.md: people read who zones, and when.
                f"Zonage {source.text('source').partition(' via ')[0]}, export du "
                f"{format_date(exported_on)}, date de l’arrêté inconnue"
            ),
            source_date=exported_on,
        )


def osm_hours(row: Row) -> str:
    """A town hall's hours in OpenStreetMap's syntax: « Mo-Tu 08:30-12:00,14:00-17:30 ».

    In the file they are a list of [first day, last day, [[opening, closing], ...]].
    """
    try:
        return "; ".join(
            _osm_rule(first, last, spans)
            for first, last, spans in json.loads(row.text("horaires_json"))
        )
    except (ValueError, KeyError, TypeError) as error:
        raise row.damaged("« horaires_json » ne se lit pas") from error


def _osm_rule(first: str, last: str, spans: list[list[str]]) -> str:
    days = _OSM_DAYS[first] if first == last else f"{_OSM_DAYS[first]}-{_OSM_DAYS[last]}"
    return f"{days} {','.join(f'{opens[:5]}-{closes[:5]}' for opens, closes in spans)}"


def _commune(row: Row, *, epci: Epci, hall: Row, density: Row) -> Commune:
    return Commune(
        insee_code=row.text("code_insee"),
        name=_typeset(row.text("nom")),
        slug=row.parse("slug", partial(_matching, r"[a-z0-9]+(-[a-z0-9]+)*")),
        postcodes=row.parse("codes_postaux", _postcodes),
        epci=epci,
        population=row.parse("population_municipale_2023", int),
        density=density.parse("densite7", lambda text: Density(int(text)).value),
        latitude=row.parse("lat", _degrees),
        longitude=row.parse("lon", _degrees),
        hall_latitude=row.parse("mairie_lat", _degrees),
        hall_longitude=row.parse("mairie_lon", _degrees),
        hall_address=_typeset(hall.text("adresse")),
        hall_phone=hall.optional("telephone"),
        hall_email=hall.optional("email"),
        hall_website=hall.optional("site"),
        hall_hours=osm_hours(hall),
    )


def _matching(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError(text)
    return text


def _postcodes(text: str) -> list[str]:
    return [_matching(r"\d{5}", code) for code in text.split("|")]


def _degrees(text: str) -> float:
    """Degrees somewhere in mainland France, so that a swapped column is noticed."""
    if not -6 < (degrees := float(text)) < 52:
        raise ValueError(text)
    return degrees


def _typeset(text: str) -> str:
    """The files write a straight apostrophe, our pages a curly one."""
    return text.replace("'", "’")


def _at(rows: Mapping[str, T], key: str, row: Row, file: str) -> T:
    if key not in rows:
        raise row.damaged(f"{key} n’est pas dans {file}")
    return rows[key]
