"""The JSON of a call. Its keys are a promise: add some, never rename one."""

from __future__ import annotations

from typing import Any

from apps.core.open_api import (
    ADDRESS,
    DAY,
    INSTANT,
    NOT_FOUND,
    TEXT,
    WHOLE,
    YES_NO,
    Operation,
    Parameter,
    listed,
    one_of,
    or_null,
    record,
    told,
)
from apps.programmes.innovation.call_facts import WholeCall
from apps.programmes.innovation.deadlines import Phase

_AMOUNT = told(or_null(TEXT), "En euros\u00a0; nul quand il n’est pas fixé.")
CALL = Operation(
    summary="L’appel à projets d’une année",
    about="Son calendrier, ses thèmes, ses critères. Les instants sont donnés avec leur décalage.",
    takes=(Parameter(name="year", place="path", about="Année de l’appel.", schema=WHOLE),),
    answer=record(
        annee=WHOLE,
        titre=TEXT,
        page=told(ADDRESS, "La page pour les personnes."),
        etat=told(one_of(*Phase), "À venir, ouvert ou fermé."),
        ouvre_a=INSTANT,
        ferme_a=INSTANT,
        secondes_de_tolerance=told(WHOLE, "Après la fermeture, une candidature est reçue encore."),
        jury_le=or_null(DAY),
        annonce_le=or_null(DAY),
        themes=listed(record(nom=TEXT, texte=TEXT)),
        perimetre=TEXT,
        enveloppe=_AMOUNT,
        montant_maximum=_AMOUNT,
        criteres=listed(record(nom=TEXT, coefficient=TEXT, note_la_plus_haute=WHOLE)),
        questions=listed(TEXT),
        pieces=listed(TEXT),
        fictif=told(YES_NO, "Vrai pour un appel de démonstration."),
    ),
    faults=NOT_FOUND,
)


def call_as_json(facts: WholeCall, *, phase: Phase, url: str) -> dict[str, Any]:
    """What CALL describes."""
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
