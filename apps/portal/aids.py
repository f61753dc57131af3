"""The four aids of the Département, as its own texts describe them.

An aid that this portal does not handle yet is shown all the same, with the telephone number of
the Département instead of a link: what exists is never hidden for want of an online form.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.casefiles.programmes import programmes


@dataclass(frozen=True, kw_only=True)
class Aid:
    slug: str  # the programme's, and the page's address
    name: str
    amount: str
    audience: str
    details: str

    @property
    def is_online(self) -> bool:
        """Whether a programme of this portal handles it."""
        return self.slug in programmes

    @property
    def url(self) -> str:
        """Its page, or its place in the list of aids while it has none."""
        return f"/aides/{self.slug}/" if self.is_online else f"/aides/#{self.slug}"


# Figures: Département du Loiret, « Le Plan Priorité Santé en action : point d’étape » (2023),
# parts 1 to 4.
AIDS = (
    Aid(
        slug="installation",
        name="Aide à l’installation",
        amount="De 7 000 à 35 000 €, selon la profession",
        audience="Professionnels de santé qui s’installent pour la première fois.",
        details=(
            "2 000 € de plus pour les maîtres de stage, et pour ceux qui s’engagent à le devenir "
            "dans les cinq ans."
        ),
    ),
    Aid(
        slug="bourse-etudes",
        name="Bourse d’études",
        amount="De 1 200 à 18 000 € pour les bourses votées en 2023",
        audience="Étudiants en médecine, en France ou dans une faculté européenne.",
        details="En retour, vous exercez au moins cinq ans dans le Loiret.",
    ),
    Aid(
        slug="stage-rural",
        name="Forfait pour un stage rural",
        amount="De 60 à 200 € par mois",
        audience="Étudiants en stage dans une commune rurale du Loiret.",
        details=(
            "Pour vos trajets, si ni votre école ni votre employeur ne les paient, et sans bourse "
            "du Département."
        ),
    ),
    Aid(
        slug="innovation",
        name="Appel Santé Innovations Loiret",
        amount="49 500 € pour quatre projets en 2023",
        audience="Porteurs de projets qui facilitent l’accès aux soins dans le Loiret.",
        details=(
            "Chaque année, trois thèmes : l’e-santé, la solidarité territoriale, les nouvelles "
            "façons d’exercer."
        ),
    ),
)
