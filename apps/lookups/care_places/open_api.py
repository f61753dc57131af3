"""What programs read of places of care, as /openapi.json says it (keys: open_data)."""

from __future__ import annotations

from http import HTTPStatus

from apps.core.open_api import (
    ADDRESS,
    DAY,
    INSTANT,
    NOT_FOUND,
    NUMBER,
    TEXT,
    WHOLE,
    YES_NO,
    Operation,
    Parameter,
    Schema,
    listed,
    one_of,
    or_null,
    record,
    told,
)
from apps.lookups.care_places.filters import DISTANCES
from apps.lookups.care_places.models import Language, PlaceKind, Service
from apps.territory.public_data import Precision

_URGENCES = told(listed(record(numero=TEXT, pour=TEXT)), "À montrer avant tout lieu.")
_HOLDS_UNTIL = told(INSTANT, "Redemandez à cet instant.")
_PLACE = record(
    id=WHOLE,
    nom=TEXT,
    type=one_of(*PlaceKind.values),
    type_libelle=TEXT,
    commune=record(insee=TEXT, nom=TEXT),
    adresse=TEXT,
    latitude=or_null(NUMBER),
    longitude=or_null(NUMBER),
    position=told(one_of(*Precision.values), "À quoi correspondent ces coordonnées."),
    distance_km=told(or_null(NUMBER), "À vol d’oiseau, depuis la mairie de la commune demandée."),
    telephone=TEXT,
    site=TEXT,
    horaires_osm=told(TEXT, "Syntaxe «\u00a0opening_hours\u00a0» d’OpenStreetMap."),
    horaires=told(TEXT, "Les mêmes, pour une personne."),
    ouvert=told(or_null(YES_NO), "Nul quand les horaires ne sont pas connus."),
    etat=TEXT,
    services=listed(one_of(*Service.values)),
    langues=listed(one_of(*Language.values)),
    fauteuil=told(or_null(YES_NO), "Accessible en fauteuil\u00a0; nul\u00a0: on ne sait pas."),
    prochain_creneau=or_null(INSTANT),
    nouveaux_patients=told(or_null(YES_NO), "Nul\u00a0: on ne sait pas."),
    nouveaux_patients_le=or_null(DAY),
    finess=TEXT,
    osm=TEXT,
    source=TEXT,
    verifie_le=or_null(DAY),
    ferme_depuis=or_null(DAY),
    page=ADDRESS,
)


def _several(name: str, about: str, words: list[str]) -> Parameter:
    schema: Schema = listed(one_of(*words))
    return Parameter(name=name, about=about, schema=schema)


def _box(name: str, about: str) -> Parameter:
    return Parameter(name=name, about=about, schema=one_of("on"))


PLACES = Operation(
    summary="Les lieux de soins autour d’une commune",
    about="Les plus proches d’abord, 25 par page. Les mêmes critères que la page.",
    takes=(
        Parameter(
            name="commune",
            about="Nom, code postal ou code INSEE, dans le Loiret.",
            schema=TEXT,
            is_required=True,
        ),
        Parameter(
            name="km",
            about="Distance à vol d’oiseau.",
            schema={"type": "integer", "enum": list(DISTANCES)},
        ),
        _several("type", "Types de lieu.", PlaceKind.values),
        _several("service", "Tous ces services.", Service.values),
        _several("langue", "Toutes ces langues.", Language.values),
        _box("fauteuil", "Accessible en fauteuil."),
        _box("nouveaux", "Accepte de nouveaux patients."),
        _box("ouvert", "Ouvert à cet instant, d’après des horaires connus."),
        Parameter(name="page", about="À partir de 1.", schema={"type": "integer", "minimum": 1}),
    ),
    answer=record(
        urgences=_URGENCES,
        valable_jusqu_a=_HOLDS_UNTIL,
        nombre=told(WHOLE, "De tous les lieux trouvés."),
        page=WHOLE,
        pages=WHOLE,
        lieux=listed(_PLACE),
    ),
    faults={
        HTTPStatus.BAD_REQUEST: (
            "Une question qui n’a pas de sens\u00a0: les raisons, par critère.",
            record(erreurs={"type": "object", "additionalProperties": listed(TEXT)}),
        )
    },
)
ONE_PLACE = Operation(
    summary="Un lieu de soins",
    about="Par son numéro, tel que la liste le donne.",
    takes=(Parameter(name="pk", place="path", about="Numéro du lieu.", schema=WHOLE),),
    answer=record(urgences=_URGENCES, valable_jusqu_a=_HOLDS_UNTIL, lieu=_PLACE),
    faults=NOT_FOUND,
)
