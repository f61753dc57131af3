"""Where bursary holders study, as the votes of 2023 group them. Pure: no ORM.

S1, l. 192-206: three bursaries in French faculties (one « externe », two « internes »), seven in
Iași, nineteen in Zagreb. The reform of autumn 2022 opened them to European faculties (l. 187).
"""

from __future__ import annotations

from dataclasses import dataclass

MEDICINE, DENTISTRY, OTHER_COURSE = "medecine", "dentaire", "autre"
COURSES: dict[str, str] = {
    MEDICINE: "Médecine",
    DENTISTRY: "Médecine dentaire (odontologie)",
    OTHER_COURSE: "Une autre formation de santé",
}
LAST_YEAR_OF_STUDY = 12


@dataclass(frozen=True, kw_only=True)
class Track:
    """A way through the studies; `group` is what the published amounts are told of."""

    slug: str
    label: str
    group: str
    courses: tuple[str, ...]  # those that S1 names there
    is_abroad: bool
    note: str = ""  # what the published amounts do not say


_ALL = (
    Track(
        slug="france-externe",
        label="Faculté française, avant l’internat (externe)",
        group="france",
        courses=(MEDICINE,),
        is_abroad=False,
        note="Ces montants sont ceux de trois bourses de 2023, dont une seule d’externe : "
        "4 650 €, en 3e année.",
    ),
    Track(
        slug="france-interne",
        label="Faculté française, internat (interne)",
        group="france",
        courses=(MEDICINE,),
        is_abroad=False,
        note="Ces montants sont ceux des deux bourses d’interne de 2023.",
    ),
    Track(
        slug="iasi",
        label="Faculté Grigore T. Popa, à Iași (Roumanie)",
        group="iasi",
        courses=(MEDICINE, DENTISTRY),
        is_abroad=True,
        note="La source ne dit pas si ces montants valent pour un an ou pour plusieurs.",
    ),
    Track(
        slug="zagreb",
        label="Faculté de Zagreb (Croatie)",
        group="zagreb",
        courses=(MEDICINE,),
        is_abroad=True,
        note="Ces montants sont ceux de la 1re année, seuls publiés.",
    ),
    Track(
        slug="europe-autre",
        label="Autre faculté européenne",
        group="",
        courses=(),
        is_abroad=True,
        note="Aucun montant n’est publié pour cette faculté : voici ceux de toutes les bourses "
        "de 2023.",
    ),
)
TRACKS: dict[str, Track] = {track.slug: track for track in _ALL}
CHOICES: list[tuple[str, str]] = [(track.slug, track.label) for track in _ALL]


def year_of_study_label(year: int) -> str:
    """« 1re année », « 2e année »."""
    return f"{year}{'re' if year == 1 else 'e'} année"
