"""The JSON of a commune's answer. Its keys are a promise: add some, never rename one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.lookups.same_day_lines.answers import CommuneAnswer, LineNow


def answer_as_json(answer: CommuneAnswer, *, url: str) -> dict[str, Any]:
    """Times are ISO 8601 in Paris, dates ISO 8601, phone numbers E.164 or short.

    - `commune`: `insee`, `nom`, `codes_postaux`; `page`: the page for people
    - `valable_jusqu_a`: the instant at which to ask again
    - `urgences`: 15, 112 and 114 come before any line
    - `confiance`: verifie, corrobore, deduit-fort, deduit, deduit-faible or inconnu;
      `secteur_a_confirmer`: whether people are told that the sector is not certain
    - `ligne`: the number to call first, or null; `remplace`: the line it replaced, or null
    - `si_pas_de_reponse`, `lignes_possibles`, `lignes_voisines`: lists of lines
    """
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
    """`ouvert` is null when the days of opening are not known."""
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
