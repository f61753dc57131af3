"""The call's rules as a PDF, from its own words: nothing is written twice."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from apps.casefiles.receipts import service
from apps.core.dates import format_date, format_datetime
from apps.core.money import format_euros
from apps.core.pdf import render_pdf
from apps.programmes.innovation.call_facts import WholeCall


def format_weight(weight: Decimal) -> str:
    """« 2 » or « 1,5 »."""
    return format(weight.normalize(), "f").replace(".", ",")


def rules_pdf(facts: WholeCall) -> bytes:
    call = facts.call
    deadlines = call.deadlines
    calendar = [
        ["Ouverture", format_datetime(deadlines.opens_at)],
        ["Fermeture", format_datetime(deadlines.closes_at)],
        [
            "Tolérance",
            f"Un envoi reçu dans les {deadlines.grace_seconds} secondes qui suivent est accepté."
            if deadlines.grace_seconds
            else "Aucune : un envoi reçu après cette heure est refusé.",
        ],
        ["Réunion du jury", format_date(call.jury_on) if call.jury_on else ""],
        ["Annonce des lauréats", format_date(call.announced_on) if call.announced_on else ""],
    ]
    return render_pdf(
        "programmes/innovation/rules.typ",
        {
            "title": f"Règlement, {call.title}",
            "sender": asdict(service()),
            "presentation": call.presentation,
            "perimeter": call.perimeter,
            "themes": [[theme.label, theme.description] for theme in call.themes],
            "calendar": calendar,
            "envelope": format_euros(facts.envelope) if facts.envelope is not None else "",
            "largest": format_euros(call.largest_amount) if call.largest_amount else "",
            "criteria": [
                [criterion.label, f"de 0 à {criterion.highest}", format_weight(criterion.weight)]
                for criterion in facts.criteria
            ],
            "pieces": [
                f"{piece.label}, {piece.condition}" if piece.condition else piece.label
                for piece in facts.pieces
            ],
            "questions": list(facts.questions),
            "rules": call.rules,
        },
    )
