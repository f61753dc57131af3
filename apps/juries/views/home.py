"""What is asked of a juror, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.casefiles.models import CaseFile
from apps.casefiles.views.access import signed_in
from apps.core import clock
from apps.juries.enums import ReviewStatus
from apps.juries.files import Sight, files_of_juror, sight_on, with_detail
from apps.juries.models import Declaration, Juror, Phase, Ranking, Review
from apps.juries.programmes import judged
from apps.juries.views.access import own_seats

# Where a juror stands with a file: words and tone of the chip.
_TO_DECLARE = ("À déclarer", "todo")
_TO_READ = ("À lire", "todo")
_DRAFT = ("Brouillon", "info")
_GIVEN = ("Rendue", "ok")
_NOT_ASKED = ("Non confié", "none")


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """One file in a juror's list; `organisation` is empty in an anonymous phase."""

    case_file: CaseFile
    title: str
    theme: str
    organisation: str
    label: str
    tone: str

    @property
    def is_given(self) -> bool:
        return self.label == _GIVEN[0]


@dataclass(frozen=True, kw_only=True)
class SeatPart:
    """One jury on the page; `rows` are the files to open today."""

    juror: Juror
    sight: Sight
    phases: Sequence[Phase]
    rows: Sequence[FileRow]
    asked: int
    given: int
    ranking: Ranking | None


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    parts = [_part(juror) for juror in own_seats(request)]
    return render(request, "juries/home.html", {"parts": parts})


def _part(juror: Juror) -> SeatPart:
    sight = sight_on(juror.jury, clock.today())
    campaign = juror.jury.campaign
    programme = judged(campaign)
    themes = dict(programme.themes(campaign))
    asked = set(juror.assignments.values_list("case_file_id", flat=True))
    declared = set(
        Declaration.objects.filter(juror=juror, has_conflict=False).values_list(
            "case_file_id", flat=True
        )
    )
    reviews = dict(
        Review.objects.standing().filter(juror=juror).values_list("case_file_id", "status")
    )
    rows = [
        FileRow(
            case_file=case_file,
            title=programme.title_of(case_file),
            theme=themes.get(programme.theme_of(case_file), ""),
            organisation="" if sight.is_anonymous else programme.organisation_of(case_file),
            label=state[0],
            tone=state[1],
        )
        for case_file in with_detail(files_of_juror(juror, sight), programme.slug)
        for state in (_state(case_file.pk, asked, declared, reviews),)
    ]
    mine = [row for row in rows if row.case_file.pk in asked]
    return SeatPart(
        juror=juror,
        sight=sight,
        phases=list(juror.jury.phases.all()),
        rows=rows,
        asked=len(mine),
        given=sum(row.is_given for row in mine),
        ranking=juror.jury.rankings.standing().first(),
    )


def _state(
    key: int, asked: set[int], declared: set[int], reviews: dict[int, str]
) -> tuple[str, str]:
    if reviews.get(key) == ReviewStatus.FINAL:
        return _GIVEN
    if key in reviews:
        return _DRAFT
    if key not in asked:
        return _NOT_ASKED
    return _TO_READ if key in declared else _TO_DECLARE
