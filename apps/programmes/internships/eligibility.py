"""Who may have the rural internship allowance. Pure: no ORM.

S1, l. 318-321: students whose placement is in a rural place. The text does not say what rural
means: staff keep the definition as a dated row, and every answer says whether it is validated.
The aids that do not go with this one are rows too, for every programme (awards.compatibility).
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.casefiles.eligibility import Answer, Finding

PLAN = "Plan Priorité Santé Loiret, point d’étape de fin 2023, « forfait stage »"


@dataclass(frozen=True, kw_only=True)
class RuralRuleFact:
    """From which level of INSEE's density grid on (1 to 7) a commune counts as rural."""

    minimum_density: int
    label: str  # of that level
    source: str
    is_validated: bool


@dataclass(frozen=True, kw_only=True)
class PlaceFact:
    """A commune and its level in the grid."""

    commune: str  # its name, for the sentences
    density: int
    density_label: str


def assess_place(fact: PlaceFact, rule: RuralRuleFact | None) -> Finding:
    """S1, l. 320: « effectuant leur stage en milieu rural »."""
    level = f"{fact.density_label}, niveau {fact.density} sur 7"
    place = f"{fact.commune}\u00a0: {level}"
    if rule is None:
        return Finding(
            rule="Commune rurale",
            answer=Answer.CHECK,
            explanation=f"{place}. Aucune définition de « commune rurale » n’est en vigueur : "
            "le guichet vérifie.",
            source=PLAN,
            what_would_change="Une définition fixée par le Département.",
        )
    words = f"Une commune est rurale à partir du niveau {rule.minimum_density} ({rule.label})."
    if not rule.is_validated:
        words += " Cette définition est une proposition, à valider par le Département."
    is_rural = fact.density >= rule.minimum_density
    return Finding(
        rule="Commune rurale",
        answer=Answer.YES if is_rural else Answer.NO,
        explanation=f"{place}. {words}",
        source=rule.source,
        what_would_change=""
        if is_rural
        else "Un stage dans une commune rurale. Le guichet répond à vos questions.",
    )
