"""Who may have a student bursary. Pure: no ORM.

Every rule answers oui, à vérifier or non, with its source and what would change it. S1 speaks of
students in medicine, of a few faculties, and of one promise: what it leaves out is « à vérifier ».
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apps.casefiles.eligibility import Answer, Eligibility, Finding
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
    source = f"{PLAN}, « l’étudiant en médecine »"
    label = COURSES[facts.course]
    if facts.course == MEDICINE or facts.course in TRACKS[facts.track].courses:
        return Finding(
            rule="Études",
            answer=Answer.YES,
            explanation=f"{label} : la bourse est ouverte à ces études.",
            source=source,
        )
    return Finding(
        rule="Études",
        answer=Answer.CHECK,
        explanation=f"{label} : le texte parle des étudiants en médecine, et d’étudiants en "
        "médecine dentaire à Iași. Le guichet vérifie.",
        source=source,
        what_would_change="La réponse du guichet, ou une délibération qui nomme ces études.",
    )


def _faculty(facts: BursaryFacts) -> Finding:
    """S1, l. 187-188: opened to European faculties at the start of autumn 2022."""
    track = TRACKS[facts.track]
    source = f"{PLAN}, « ouvertes aux étudiants inscrits en facultés européennes »"
    if not track.is_abroad:
        return Finding(
            rule="Faculté",
            answer=Answer.YES,
            explanation="La bourse est ouverte aux facultés françaises.",
            source=f"{PLAN}, bourses votées en 2023",
        )
    if facts.on.year < EUROPEAN_FACULTIES_SINCE:
        return Finding(
            rule="Faculté",
            answer=Answer.NO,
            explanation="La bourse est ouverte aux facultés européennes depuis la rentrée "
            f"{EUROPEAN_FACULTIES_SINCE}.",
            source=source,
            what_would_change=f"Une demande faite à partir de {EUROPEAN_FACULTIES_SINCE}.",
        )
    if not track.group:
        return Finding(
            rule="Faculté",
            answer=Answer.CHECK,
            explanation="Les bourses votées en 2023 nomment Iași et Zagreb. Le guichet vérifie "
            "votre faculté.",
            source=source,
            what_would_change="La réponse du guichet sur votre faculté.",
        )
    return Finding(
        rule="Faculté",
        answer=Answer.YES,
        explanation=f"{track.label} : la bourse y est ouverte depuis la rentrée "
        f"{EUROPEAN_FACULTIES_SINCE}.",
        source=source,
    )


def _practice(facts: BursaryFacts) -> Finding:
    """S1, l. 184-185: « s’engage à exercer pendant au moins cinq ans dans le Loiret »."""
    source = f"{PLAN}, « exercer pendant au moins cinq ans dans le Loiret »"
    if facts.commits is None:
        return Finding(
            rule="Engagement",
            answer=Answer.CHECK,
            explanation="Dites-nous si vous vous engagez à exercer dans le Loiret.",
            source=source,
        )
    if not facts.commits:
        return Finding(
            rule="Engagement",
            answer=Answer.NO,
            explanation="La bourse demande d’exercer ensuite au moins cinq ans dans le Loiret.",
            source=source,
            what_would_change="Votre engagement à exercer dans le Loiret après vos études.",
        )
    return Finding(
        rule="Engagement",
        answer=Answer.YES,
        explanation="Vous vous engagez à exercer dans le Loiret après vos études.",
        source=source,
    )


def _other(facts: BursaryFacts) -> Finding:
    """No text says which aids go together with a bursary: a person looks."""
    source = "Aucun texte publié ne dit avec quelles aides la bourse se cumule"
    if facts.has_other_aid is None:
        return Finding(
            rule="Autres aides",
            answer=Answer.CHECK,
            explanation="Dites-nous si vous avez une autre aide pour ces études.",
            source=source,
        )
    if facts.has_other_aid:
        return Finding(
            rule="Autres aides",
            answer=Answer.CHECK,
            explanation="Vous avez une autre aide pour ces études. Le guichet vérifie si les deux "
            "se cumulent.",
            source=source,
            what_would_change="La nature et le montant de l’autre aide.",
        )
    return Finding(
        rule="Autres aides",
        answer=Answer.YES,
        explanation="Aucune autre aide déclarée pour ces études.",
        source=source,
    )
