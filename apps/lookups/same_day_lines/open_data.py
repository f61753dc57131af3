"""The JSON of a commune's answer. Its keys are a promise: add some, never rename one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.core.open_api import (
    ADDRESS,
    DAY,
    INSTANT,
    NOT_FOUND,
    TEXT,
    YES_NO,
    Operation,
    Parameter,
    listed,
    one_of,
    or_null,
    record,
    told,
)
from apps.lookups.same_day_lines.answers import CommuneAnswer, LineNow
from apps.lookups.same_day_lines.models import Confidence

_LINE = record(
    id=TEXT,
    nom=TEXT,
    numero=told(TEXT, "Tel qu’il est imprimé."),
    numero_compose=told(TEXT, "Tel qu’un téléphone le compose\u00a0: E.164, ou court."),
    ouvert=told(or_null(YES_NO), "Nul quand les jours d’ouverture ne sont pas connus."),
    etat=told(TEXT, "Pour une personne\u00a0: «\u00a0Ouvert jusqu’à 20\u00a0h\u00a0»."),
    ferme_a=or_null(INSTANT),
    ouvre_a=or_null(INSTANT),
    horaires=TEXT,
    horaires_osm=told(TEXT, "Syntaxe «\u00a0opening_hours\u00a0» d’OpenStreetMap."),
    pour=TEXT,
    pas_pour=TEXT,
    prix=TEXT,
    source=TEXT,
    date_source=TEXT,
    verifie_le=or_null(DAY),
)
COMMUNE_LINE = Operation(
    summary="Le numéro à appeler aujourd’hui dans une commune",
    about="Les instants sont à l’heure de Paris (ISO 8601).",
    takes=(
        Parameter(
            name="insee",
            place="path",
            about="Code INSEE de la commune, dans le Loiret.",
            schema={"type": "string", "pattern": "^45[0-9]{3}$"},
        ),
    ),
    answer=record(
        commune=record(insee=TEXT, nom=TEXT, codes_postaux=listed(TEXT)),
        page=told(ADDRESS, "La page pour les personnes."),
        valable_jusqu_a=told(INSTANT, "Redemandez à cet instant."),
        urgences=told(listed(record(numero=TEXT, pour=TEXT)), "À montrer avant toute ligne."),
        confiance=told(one_of(*Confidence.values), "Ce que l’on sait du secteur de cette commune."),
        secteur_a_confirmer=told(
            YES_NO, "Vrai quand la page dit «\u00a0Secteur à confirmer\u00a0»."
        ),
        ligne=told(or_null(_LINE), "Le numéro à appeler d’abord."),
        remplace=told(or_null(_LINE), "La ligne que celle-ci a remplacée."),
        si_pas_de_reponse=listed(_LINE),
        lignes_possibles=listed(_LINE),
        lignes_voisines=listed(_LINE),
    ),
    faults=NOT_FOUND,
)


def answer_as_json(answer: CommuneAnswer, *, url: str) -> dict[str, Any]:
    """What COMMUNE_LINE describes."""
    return {
        "commune": {
            "insee": answer.commune.pk,
            "nom": answer.commune.name,
            "codes_postaux": answer.commune.postcodes,
        },
        "page": url,
        "valable_jusqu_a": _instant(answer.holds_until),
        "urgences": [
            {"numero": "15", "pour": "urgence vitale"},
            {"numero": "112", "pour": "urgence, partout en Europe"},
            {"numero": "114", "pour": "urgence, par SMS, pour les personnes sourdes"},
        ],
        "confiance": answer.confidence.value,
        "secteur_a_confirmer": not answer.is_settled,
        "ligne": _line(answer.main) if answer.main else None,
        "remplace": _line(answer.former) if answer.former else None,
        "si_pas_de_reponse": [_line(now) for now in answer.fallbacks],
        "lignes_possibles": [_line(now) for now in answer.candidates],
        "lignes_voisines": [_line(now) for now in answer.neighbours],
    }


def _line(now: LineNow) -> dict[str, Any]:
    line, opening = now.line, now.opening
    return {
        "id": line.slug,
        "nom": line.name,
        "numero": line.phone,
        "numero_compose": line.phone_dialled,
        "ouvert": opening.is_open if opening else None,
        "etat": opening.wording if opening else "",
        "ferme_a": _instant(opening.closes_at) if opening else None,
        "ouvre_a": _instant(opening.opens_at) if opening else None,
        "horaires": now.hours,
        "horaires_osm": line.opening_hours,
        "pour": line.for_whom,
        "pas_pour": line.not_for,
        "prix": line.cost_note,
        "source": line.source,
        "date_source": line.source_date,
        "verifie_le": line.verified_on.isoformat() if line.verified_on else None,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
