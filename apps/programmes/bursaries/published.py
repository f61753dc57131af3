"""What was voted in 2023, as published: 29 bursaries in three groups. Pure: no ORM.

S1, l. 192-206. Three have their amount; of the 26 others only bounds are known, and their amount
stays unset: « non publié » (docs/decisions/0029).
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.programmes.bursaries.tracks import MEDICINE

SOURCE = "Plan Priorité Santé Loiret, fin 2023"


@dataclass(frozen=True, kw_only=True)
class PublishedBursary:
    """One bursary, its amount in euros. None, or empty: the source does not say it."""

    amount: int | None
    track: str
    faculty: str
    course: str = MEDICINE
    year_of_study: int | None = None


@dataclass(frozen=True, kw_only=True)
class PublishedGroup:
    """Bursaries told together: how many, for whom, and between which amounts in euros."""

    count: int
    label: str
    lowest: int
    highest: int


# Seven in Iași: « externes en 1ère année ou 2ème année de médecine dentaire », not who is what.
_IASI = PublishedBursary(amount=None, track="iasi", faculty="Grigore T. Popa, Iași", course="")
_ZAGREB = PublishedBursary(amount=None, track="zagreb", faculty="Zagreb", year_of_study=1)
BURSARIES_2023 = (
    PublishedBursary(amount=10000, track="france-interne", faculty="Lyon", year_of_study=2),
    PublishedBursary(amount=4650, track="france-externe", faculty="Tours", year_of_study=3),
    PublishedBursary(amount=15000, track="france-interne", faculty="Paris-Saclay"),
    *[_IASI] * 7,
    *[_ZAGREB] * 19,
)
GROUPS_2023 = (
    PublishedGroup(count=3, label="Facultés françaises", lowest=4650, highest=15000),
    PublishedGroup(
        count=7,
        label="Faculté Grigore T. Popa, à Iași : externes de 1re année, "
        "ou 2e année de médecine dentaire",
        lowest=9000,
        highest=18000,
    ),
    PublishedGroup(
        count=19, label="Faculté de Zagreb : 1re année de médecine", lowest=1200, highest=3000
    ),
)
TOTAL_2023 = 29
STATED_2023 = sum(bursary.amount is not None for bursary in BURSARIES_2023)
TOTAL_2022 = 18
