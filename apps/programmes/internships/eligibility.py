"""Who may have the rural internship allowance. Pure: no ORM.

S1, l. 318-321: students who have no aid of their school or of an employer, nor a bursary of the
Département, and whose placement is in a rural place. The text does not say what rural means:
staff keep the definition as a dated row, and every answer says whether it is validated.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.casefiles.eligibility import Answer, Eligibility, Finding

PLAN = "Plan Priorité Santé Loiret, point d’étape de fin 2023, « forfait stage »"

SCHOOL_AID = "aide-ecole"
EMPLOYER_AID = "aide-employeur"
DEPARTMENT_BURSARY = "bourse-departementale"


@dataclass(frozen=True, kw_only=True)
class RuralRuleFact:
    """From which level of INSEE's density grid on (1 to 7) a commune counts as rural."""

    minimum_density: int
    label: str  # of that level
    source: str
    is_validated: bool


@dataclass(frozen=True, kw_only=True)
class InternshipFacts:
    """What the applicant said. None: not answered yet. `density` is that of the commune."""

    commune: str  # its name, for the sentences
    density: int
    density_label: str
    has_school_aid: bool | None
    has_employer_aid: bool | None
    has_department_bursary: bool | None


def assess(facts: InternshipFacts, rule: RuralRuleFact | None) -> Eligibility:
    """Read every rule."""
    return Eligibility(findings=(_rural(facts, rule), *declared_aid_findings(facts)))


def _rural(facts: InternshipFacts, rule: RuralRuleFact | None) -> Finding:
    """S1, l. 320: « effectuant leur stage en milieu rural »."""
    place = f"{facts.commune}\u00a0: {facts.density_label}, niveau {facts.density} sur 7"
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
    is_rural = facts.density >= rule.minimum_density
    return Finding(
        rule="Commune rurale",
        answer=Answer.YES if is_rural else Answer.NO,
        explanation=f"{place}. {words}",
        source=rule.source,
        what_would_change=""
        if is_rural
        else "Un stage dans une commune rurale. Le guichet répond à vos questions.",
    )


def declared_aid_findings(facts: InternshipFacts) -> tuple[Finding, ...]:
    """S1, l. 318-320: « ne bénéficiant pas d’aide de leur école ou d’employeur, d’une bourse »."""
    return (
        _declared(
            "Aide de l’école",
            facts.has_school_aid,
            aid="une aide de votre école pour ce stage",
            without="Un stage pour lequel votre école ne vous aide pas.",
        ),
        _declared(
            "Aide d’un employeur",
            facts.has_employer_aid,
            aid="une aide d’un employeur pour ce stage",
            without="Un stage pour lequel aucun employeur ne vous aide.",
        ),
        _declared(
            "Bourse du Département",
            facts.has_department_bursary,
            aid="une bourse d’études du Département",
            without="Un stage pendant lequel vous n’avez pas cette bourse.",
        ),
    )


def _declared(rule: str, has_it: bool | None, *, aid: str, without: str) -> Finding:
    """What one declared answer says; unanswered, it refuses nothing."""
    if has_it is None:
        answer, words = Answer.CHECK, f"Dites-nous si vous avez {aid}."
    elif has_it:
        answer, words = Answer.NO, f"Vous avez {aid}\u00a0: le forfait ne s’y ajoute pas."
    else:
        answer, words = Answer.YES, f"Vous n’avez pas déclaré {aid}."
    return Finding(
        rule=rule,
        answer=answer,
        explanation=words,
        source=PLAN,
        what_would_change=without if answer is Answer.NO else "",
    )
