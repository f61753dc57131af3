"""The JSON of a call. Its keys are a promise: add some, never rename one."""

from __future__ import annotations

from typing import Any

from apps.programmes.innovation.call_facts import WholeCall
from apps.programmes.innovation.deadlines import Phase


def call_as_json(facts: WholeCall, *, phase: Phase, url: str) -> dict[str, Any]:
    """Instants are ISO 8601 with their offset, dates ISO 8601, amounts euros as text.

    - `etat`: coming, open or closed
    - `secondes_de_tolerance`: after `ferme_a`, while a proposal is still received
    - `enveloppe`, `montant_maximum`: null when they are not set
    """
    call = facts.call
    deadlines = call.deadlines
    return {
        "annee": call.year,
        "titre": call.title,
        "page": url,
        "etat": phase.value,
        "ouvre_a": deadlines.opens_at.isoformat(),
        "ferme_a": deadlines.closes_at.isoformat(),
        "secondes_de_tolerance": deadlines.grace_seconds,
        "jury_le": call.jury_on.isoformat() if call.jury_on else None,
        "annonce_le": call.announced_on.isoformat() if call.announced_on else None,
        "themes": [{"nom": theme.label, "texte": theme.description} for theme in call.themes],
        "perimetre": call.perimeter,
        "enveloppe": _amount(facts.envelope),
        "montant_maximum": _amount(call.largest_amount),
        "criteres": [
            {
                "nom": criterion.label,
                "coefficient": str(criterion.weight),
                "note_la_plus_haute": criterion.highest,
            }
            for criterion in facts.criteria
        ],
        "questions": list(facts.questions),
        "pieces": [piece.label for piece in facts.pieces],
        "fictif": call.is_fictitious,
    }


def _amount(amount: Any) -> str | None:
    return None if amount is None else str(amount)
