"""Who may have a student bursary. Pure: no ORM.

Every rule answers oui, à vérifier or non, with its source and what would change it. S1 speaks of
students in medicine, of a few faculties, and of one promise: what it leaves out is « à vérifier ».
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apps.casefiles.eligibility import Condition, Eligibility, Finding
from apps.programmes.bursaries.tracks import COURSES, MEDICINE, TRACKS

PLAN = "Plan Priorité Santé Loiret, point d’étape de fin 2023"
# S1, l. 187: « pour la rentrée 2022 »; the source gives no day.
EUROPEAN_FACULTIES_SINCE = 2022


@dataclass(frozen=True, kw_only=True)
class BursaryFacts:
    """What the student said. None: not answered yet."""

    course: str
    track: str
    on: date
    commits: bool | None
    has_other_aid: bool | None


def assess(facts: BursaryFacts) -> Eligibility:
    """Read every rule."""
    return Eligibility(findings=(_course(facts), _faculty(facts), _practice(facts), _other(facts)))


def _course(facts: BursaryFacts) -> Finding:
    """S1, l. 183: « l’étudiant en médecine »; l. 200: dentistry, in Iași."""
    condition = Condition("Études", f"{PLAN}, « l’étudiant en médecine »")
    label = COURSES[facts.course]
    if facts.course == MEDICINE or facts.course in TRACKS[facts.track].courses:
        return condition.yes(f"{label} : la bourse est ouverte à ces études.")
    return condition.check(
        f"{label} : le texte parle des étudiants en médecine, et d’étudiants en "
        "médecine dentaire à Iași. Le guichet vérifie.",
        would_change="La réponse du guichet, ou une délibération qui nomme ces études.",
    )


def _faculty(facts: BursaryFacts) -> Finding:
    """S1, l. 187-188: opened to European faculties at the start of autumn 2022."""
    track = TRACKS[facts.track]
    condition = Condition(
        "Faculté", f"{PLAN}, « ouvertes aux étudiants inscrits en facultés européennes »"
    )
    if not track.is_abroad:
        return Condition("Faculté", f"{PLAN}, bourses votées en 2023").yes(
            "La bourse est ouverte aux facultés françaises."
        )
    if facts.on.year < EUROPEAN_FACULTIES_SINCE:
        return condition.no(
            "La bourse est ouverte aux facultés européennes depuis la rentrée "
            f"{EUROPEAN_FACULTIES_SINCE}.",
            would_change=f"Une demande faite à partir de {EUROPEAN_FACULTIES_SINCE}.",
        )
    if not track.group:
        return condition.check(
            "Les bourses votées en 2023 nomment Iași et Zagreb. Le guichet vérifie votre faculté.",
            would_change="La réponse du guichet sur votre faculté.",
        )
    return condition.yes(
        f"{track.label} : la bourse y est ouverte depuis la rentrée {EUROPEAN_FACULTIES_SINCE}."
    )


def _practice(facts: BursaryFacts) -> Finding:
    """S1, l. 184-185: « s’engage à exercer pendant au moins cinq ans dans le Loiret »."""
    condition = Condition(
        "Engagement", f"{PLAN}, « exercer pendant au moins cinq ans dans le Loiret »"
    )
    if facts.commits is None:
        return condition.check("Dites-nous si vous vous engagez à exercer dans le Loiret.")
    if not facts.commits:
        return condition.no(
            "La bourse demande d’exercer ensuite au moins cinq ans dans le Loiret.",
            would_change="Votre engagement à exercer dans le Loiret après vos études.",
        )
    return condition.yes("Vous vous engagez à exercer dans le Loiret après vos études.")


def _other(facts: BursaryFacts) -> Finding:
    """No text says which aids go together with a bursary: a person looks."""
    condition = Condition(
        "Autres aides", "Aucun texte publié ne dit avec quelles aides la bourse se cumule"
    )
    if facts.has_other_aid is None:
        return condition.check("Dites-nous si vous avez une autre aide pour ces études.")
    if facts.has_other_aid:
        return condition.check(
            "Vous avez une autre aide pour ces études. Le guichet vérifie si les deux se cumulent.",
            would_change="La nature et le montant de l’autre aide.",
        )
    return condition.yes("Aucune autre aide déclarée pour ces études.")
