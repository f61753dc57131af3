"""What a juror writes about a file: kept as a draft, then given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.juries.declarations import lock_seat
from apps.juries.enums import ReviewStatus
from apps.juries.files import Sight, files_of_juror, sight_on
from apps.juries.models import Criterion, Declaration, Juror, Review, Score
from apps.juries.permissions import is_jury_open, why_not_judge
from apps.juries.scoring import Scale, weighted_mark


class StaleReviewError(MoveRefusedError):
    """Saved from another page since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Votre lecture a changé depuis que vous avez ouvert cette page. "
            "Relisez ce que vous avez écrit, puis enregistrez de nouveau."
        )


@dataclass(frozen=True, kw_only=True)
class Written:
    """What is on the page: `marks` by criterion key, those not given yet left out."""

    marks: Mapping[int, int] = field(default_factory=dict)
    is_abstention: bool = False
    jury_comment: str = ""
    owner_comment: str = ""


def why_not_review(juror: Juror, case_file: CaseFile, sight: Sight) -> str:
    """Reason why this juror cannot write about this file now, or an empty string."""
    if reason := why_not_judge(juror):
        return reason
    if not (sight.is_reading or sight.is_meeting):
        return "La lecture n’est pas ouverte aujourd’hui."
    if not files_of_juror(juror, sight).filter(pk=case_file.pk).exists():
        return "Ce dossier ne vous est pas confié."
    if not is_jury_open(juror.jury):
        return "Le jury a arrêté son classement : les notes ne changent plus."
    declared = Declaration.objects.filter(juror=juror, case_file=case_file, has_conflict=False)
    if not declared.exists():
        return "Déclarez d’abord si vous avez un lien avec ce projet."
    return ""


@transaction.atomic
def save_review(
    *,
    juror: Juror,
    case_file: CaseFile,
    written: Written,
    is_final: bool = False,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Review:
    """Keep what a juror wrote; with `is_final`, give it, with its mark out of 20.

    `expected_version` is the review's as it was shown, 0 for none. Raises StaleReviewError, or
    MoveRefusedError with what is missing; nothing is kept then.
    """
    at = at or clock.now()
    lock_seat(juror)
    sight = sight_on(juror.jury, clock.paris_date(at))
    if reason := why_not_review(juror, case_file, sight):
        raise MoveRefusedError(reason)
    review = Review.objects.filter(juror=juror, case_file=case_file).first()
    version = review.version if review else 0
    if expected_version is not None and expected_version != version:
        raise StaleReviewError
    if review and review.status == ReviewStatus.FINAL:
        raise MoveRefusedError("Votre lecture est rendue. Reprenez-la pour la modifier.")
    criteria = {item.pk: item for item in juror.jury.campaign.criteria.all()}
    if reasons := _why_not_keep(written, criteria, is_final=is_final):
        raise MoveRefusedError(*reasons)
    if review is None:
        review = Review(juror=juror, case_file=case_file, version=0)
    _write(review, written, at=at)
    _score(review, {} if written.is_abstention else written.marks)
    if is_final:
        _finish(review, written, criteria, at=at)
    return review


def _why_not_keep(
    written: Written, criteria: Mapping[int, Criterion], *, is_final: bool
) -> list[str]:
    if written.is_abstention:
        return []
    reasons = [
        f"{criteria[key]} : la note va de 0 à {criteria[key].highest}."
        if key in criteria
        else "Un critère a changé : rechargez la page."
        for key, mark in written.marks.items()
        if key not in criteria or not 0 <= mark <= criteria[key].highest
    ]
    if is_final:
        reasons += [
            f"{criterion} : donnez une note, ou abstenez-vous."
            for key, criterion in criteria.items()
            if key not in written.marks
        ]
        if not criteria:
            reasons.append("Cette campagne n’a pas de critère : parlez-en au guichet.")
    return reasons


def _write(review: Review, written: Written, *, at: datetime) -> None:
    review.is_abstention = written.is_abstention
    review.jury_comment = written.jury_comment.strip()
    review.owner_comment = written.owner_comment.strip()
    review.saved_at, review.version = at, review.version + 1
    if review.pk is None:
        review.save(force_insert=True)
        return
    written_fields = ("is_abstention", "jury_comment", "owner_comment", "saved_at", "version")
    review.save(update_fields=written_fields)


def _score(review: Review, marks: Mapping[int, int]) -> None:
    review.scores.all().delete()
    Score.objects.bulk_create(
        Score(review=review, criterion_id=key, value=mark) for key, mark in marks.items()
    )


def _finish(
    review: Review, written: Written, criteria: Mapping[int, Criterion], *, at: datetime
) -> None:
    review.status, review.finished_at = ReviewStatus.FINAL, at
    if not written.is_abstention:
        review.mark = weighted_mark(
            written.marks,
            {
                key: Scale(weight=item.weight, highest=item.highest)
                for key, item in criteria.items()
            },
        )
    review.save(update_fields=["status", "finished_at", "mark"])


@transaction.atomic
def reopen_review(*, juror: Juror, case_file: CaseFile, at: datetime | None = None) -> Review:
    """Take a given review back to change it: it counts no more until it is given again.

    Raises MoveRefusedError.
    """
    at = at or clock.now()
    lock_seat(juror)
    sight = sight_on(juror.jury, clock.paris_date(at))
    if reason := why_not_review(juror, case_file, sight):
        raise MoveRefusedError(reason)
    review = Review.objects.final().filter(juror=juror, case_file=case_file).first()
    if review is None:
        raise MoveRefusedError("Vous n’avez pas rendu de lecture de ce dossier.")
    review.status, review.finished_at, review.mark = ReviewStatus.DRAFT, None, None
    review.version += 1
    review.save(update_fields=["status", "finished_at", "mark", "version"])
    return review
