"""The line to call, on the page of a commune."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.lookups.same_day_lines.answers import answer_for, sector_facts
from apps.territory.commune_page import Part, Place, adds_facts, adds_part
from apps.territory.models import Commune


@adds_facts
def line_facts(at: datetime) -> Mapping[str, Any]:
    return sector_facts()


@adds_part
def line_part(commune: Commune, at: datetime) -> Part:
    """1 query (answers.answer_for)."""
    answer = answer_for(commune, at)
    return Part(
        place=Place.DOCTOR,
        heading="Voir un médecin aujourd’hui",
        template="lookups/same_day_lines/commune_part.html",
        context={"answer": answer},
        holds_until=answer.holds_until,
    )
