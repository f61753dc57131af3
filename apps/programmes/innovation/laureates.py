"""Who was helped: the files granted, and what was published before them.

Bodies only are named, as they are by the Département itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from apps.casefiles.enums import AWARDED_STATES
from apps.casefiles.models import CaseFile
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.core import clock
from apps.programmes.innovation.calls import SLUG
from apps.programmes.innovation.models import Call

SOURCE = "Plan Priorité Santé Loiret, point d’étape de fin 2023"


@dataclass(frozen=True, kw_only=True)
class Laureate:
    """A project helped; empty words and None: not known."""

    organisation: str
    title: str
    theme: str
    amount: Decimal
    years: int | None
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class PublishedYear:
    """A year of which the source gives the figures, with what it names of its projects."""

    year: int
    projects: int
    total: Decimal
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class YearOfLaureates:
    """A year's laureates one by one, or the published figures of a year without files."""

    year: int
    projects: int
    total: Decimal
    laureates: tuple[Laureate, ...] = ()
    examples: tuple[str, ...] = ()


# S1, l. 253-264. A year whose laureates are files of the portal is told by its files.
PUBLISHED = (
    PublishedYear(
        year=2023,
        projects=4,
        total=Decimal(49500),
        examples=(
            (
                "ateliers de prévention des lombalgies, par la CPTS’Orléanaise : "
                "15\u00a0500 € sur 3 ans"
            ),
            (
                "parcours santé dans les maisons pour tous, par le CCAS de Fleury-les-Aubrais : "
                "4\u00a0000 € sur 2 ans"
            ),
            "permanences sport santé, par Profession Sport & Loisirs 45 : 11\u00a0500 € sur 2 ans",
            "rééducation par l’escalade, par la SISA Porte Madeleine : 18\u00a0500 € sur 3 ans",
        ),
    ),
    PublishedYear(
        year=2022,
        projects=10,
        total=Decimal(110000),
        examples=(
            "les numéros dédiés aux soins non programmés",
            "des consultations par télémédecine et télé-expertise",
            "un meilleur suivi des patients isolés souffrant d’un covid long",
            (
                "la mise à disposition de professionnels pour libérer les médecins des missions "
                "administratives"
            ),
            (
                "un parcours thérapeutique pour accompagner les adolescents atteints d’un "
                "diabète de type 1 vers la prise de soins adulte"
            ),
        ),
    ),
)


def years_of_laureates(*, hidden: frozenset[int]) -> list[YearOfLaureates]:
    """The latest first, those of `hidden` years left out: one query."""
    years = {year: _told(year, list(group)) for year, group in groupby(_awarded(hidden), key=_year)}
    for published in PUBLISHED:
        years.setdefault(
            published.year,
            YearOfLaureates(
                year=published.year,
                projects=published.projects,
                total=published.total,
                examples=published.examples,
            ),
        )
    return [years[year] for year in sorted(years, reverse=True) if year not in hidden]


def laureates_of(call: Call) -> YearOfLaureates | None:
    """Those of one call; None before anything was granted: one query."""
    found = list(_granted().filter(campaign=call.campaign_id).order_by("innovation_detail__title"))
    return _told(call.year, found) if found else None


def _told(year: int, files: list[CaseFile]) -> YearOfLaureates:
    laureates = tuple(_laureate(case_file) for case_file in files)
    return YearOfLaureates(
        year=year,
        projects=len(laureates),
        total=sum((laureate.amount for laureate in laureates), Decimal(0)),
        laureates=laureates,
    )


def _granted() -> CaseFileQuerySet:
    return CaseFile.objects.filter(programme=SLUG, state__in=AWARDED_STATES).select_related(
        "innovation_detail__theme", "campaign__innovation_call"
    )


def _awarded(hidden: frozenset[int]) -> list[CaseFile]:
    """By year, then by title."""
    granted = _granted().exclude(campaign__innovation_call__year__in=hidden)
    return sorted(granted, key=lambda file: (_year(file), file.innovation_detail.title, file.pk))


def _year(case_file: CaseFile) -> int:
    """That of the call; of the decision for an old act, whose call the portal did not hold."""
    if case_file.campaign is not None:
        of_call: int = case_file.campaign.innovation_call.year
        return of_call
    decided_at = case_file.decided_at
    if decided_at is None:
        raise ValueError(f"{case_file.reference} was not decided")
    return clock.paris_date(decided_at).year


def _laureate(case_file: CaseFile) -> Laureate:
    detail = case_file.innovation_detail
    return Laureate(
        organisation=detail.organisation,
        title=detail.title,
        theme=detail.theme.label if detail.theme else "",
        amount=case_file.granted_amount or Decimal(0),
        years=detail.duration_years,
        outcome=detail.public_outcome,
    )
