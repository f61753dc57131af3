"""The ranking of a jury as it stands: read in a few queries, counted by scoring.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from apps.accounts.models import User
from apps.casefiles.concealment import not_concealed_from
from apps.casefiles.models import CaseFile
from apps.juries.files import admitted_files, files_before, with_detail
from apps.juries.models import Assignment, Jury, Review
from apps.juries.programmes import judged
from apps.juries.scoring import GivenReview, Order, Standing, standings

# What no list of the jury shows, and costs time to read.
_HEAVY = ("computation", "assessment", "search_key", "postal_address")


@dataclass(frozen=True, kw_only=True)
class RankedRow:
    """One line of the ranking; `asked` in euros, None while it is unset."""

    case_file: CaseFile
    standing: Standing
    title: str
    organisation: str
    theme: str
    asked: Decimal | None


def ranking_table(jury: Jury, user: User, *, order: Order = "mean") -> list[RankedRow]:
    """Every file that `user` may meet, the best first: three queries, whatever their number."""
    return _table(jury, list(_light(jury, files_before(jury, user))), user, order=order)


def whole_table(jury: Jury, *, order: Order = "mean") -> list[RankedRow]:
    """The same for everybody's files: for the ranking that is agreed, never for a page."""
    return _table(jury, list(_light(jury, admitted_files(jury))), None, order=order)


def _light(jury: Jury, files: object) -> Sequence[CaseFile]:
    programme = judged(jury.campaign).slug
    return with_detail(files, programme).defer(*_HEAVY)  # type: ignore[arg-type, return-value]


def _table(
    jury: Jury, files: Sequence[CaseFile], user: User | None, *, order: Order
) -> list[RankedRow]:
    programme = judged(jury.campaign)
    themes = dict(programme.themes(jury.campaign))
    by_key = {case_file.pk: case_file for case_file in files}
    found = standings(list(by_key), given_reviews(jury, user), expected=_asked(jury), order=order)
    return [
        RankedRow(
            case_file=case_file,
            standing=standing,
            title=programme.title_of(case_file),
            organisation=programme.organisation_of(case_file),
            theme=themes.get(programme.theme_of(case_file), ""),
            asked=programme.amount_asked(case_file),
        )
        for standing in found
        for case_file in (by_key[standing.case_file],)
    ]


def given_reviews(jury: Jury, user: User | None = None) -> list[GivenReview]:
    """The reviews that count, those of files hidden from `user` left out: one query.

    A juror's habits are read over the same reviews: nothing of a hidden file shows through.
    """
    reviews = Review.objects.final().filter(juror__jury=jury)
    if user is not None:
        reviews = reviews.filter(not_concealed_from(user, "case_file"))
    return [
        GivenReview(juror=juror, case_file=case_file, mark=mark)
        for juror, case_file, mark in reviews.order_by().values_list(
            "juror_id", "case_file_id", "mark"
        )
    ]


def _asked(jury: Jury) -> dict[int, int]:
    """How many readings were asked for each file: one query."""
    asked = Assignment.objects.filter(juror__jury=jury).order_by().values_list("case_file_id")
    return dict(asked.annotate(count=Count("pk")))
