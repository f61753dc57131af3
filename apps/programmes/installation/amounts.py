"""The amount of the installation aid. Pure: no ORM.

S1, l. 107-114: an amount by profession, from 7 000 to 35 000 €, and 2 000 € more for those who
are internship supervisors when they apply, or promise to become one within five years. The
bonus comes on top of the ceiling: two aids of 37 000 € were voted in 2023.
"""

from __future__ import annotations

from apps.casefiles.amounts import AmountBreakdown, AmountLine, RateBook
from apps.programmes.installation.professions import PROFESSIONS

BONUS = "bonus:maitre-de-stage"
# S1, l. 114: the promise is kept within five years of the installation.
PROMISE_YEARS = 5
RANGE_MINIMUM = "range:min"
RANGE_MAXIMUM = "range:max"
# Answers that earn the bonus, with the words of its line.
SUPERVISOR_LABELS = {
    "deja": "Maître de stage",
    "promesse": "Promesse de devenir maître de stage sous 5 ans",
}


def base_code(profession: str) -> str:
    """Code of the rate for a profession's own amount."""
    return f"base:{profession}"


def compute(*, profession: str, supervisor: str, rates: RateBook) -> AmountBreakdown:
    """Breakdown in euros by the rates given.

    `supervisor` is deja, promesse or non. A profession whose rate is unset gets the published
    range, and the sentence that says so: never a guess.
    """
    label = PROFESSIONS[profession].label
    lines = []
    base = rates.get(base_code(profession))
    if base:
        lines.append(_line(label, base.code, rates))
    if supervisor in SUPERVISOR_LABELS and BONUS in rates:
        lines.append(_line(SUPERVISOR_LABELS[supervisor], BONUS, rates))
    minimum, maximum = rates.get(RANGE_MINIMUM), rates.get(RANGE_MAXIMUM)
    return AmountBreakdown(
        lines=tuple(lines),
        minimum=minimum.amount if minimum else None,
        maximum=maximum.amount if maximum else None,
        is_set=base is not None,
        explanation="" if base else f"{label} : le montant est fixé par délibération.",
    )


def _line(label: str, code: str, rates: RateBook) -> AmountLine:
    rate = rates[code]
    return AmountLine(
        label=label,
        amount=rate.amount,
        rate_code=code,
        source=rate.source,
        valid_from=rate.valid_from,
    )
