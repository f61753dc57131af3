"""The line to call, on the page of a commune."""

from __future__ import annotations

from datetime import datetime

from apps.lookups.same_day_lines.answers import read_answer
from apps.territory.commune_page import Part, Place, adds_part
from apps.territory.models import Commune


@adds_part
def line_part(commune: Commune, at: datetime) -> Part | None:
    """At most 3 queries (answers.read_answer)."""
    answer = read_answer(commune.pk, at)
    if answer is None:
        return None
    return Part(
        place=Place.DOCTOR,
        heading="Voir un médecin aujourd’hui",
        template="lookups/same_day_lines/commune_part.html",
        context={"answer": answer},
        holds_until=answer.holds_until,
    )
