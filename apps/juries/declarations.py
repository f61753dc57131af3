"""What jurors declare of their interests, before they read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.juries.enums import ReviewStatus
from apps.juries.models import Assignment, Declaration, Juror, Jury, Review
from apps.juries.programmes import judged

_INSIDER = "Partie prenante du projet"


@transaction.atomic
def declare(
    *,
    juror: Juror,
    case_file: CaseFile,
    has_conflict: bool,
    reason: str = "",
    at: datetime | None = None,
) -> Declaration:
    """Keep what a juror declares about one file. A conflict is final.

    Side effects of a conflict: the reading is taken away and what was written set aside; the
    file no longer exists for them (conflicts.py). Saying twice the same changes nothing.
    Raises MoveRefusedError.
    """
    at = at or clock.now()
    lock_seat(juror)
    known = Declaration.objects.filter(juror=juror, case_file=case_file).first()
    if known and known.has_conflict:
        if has_conflict:
            return known
        raise MoveRefusedError("Un conflit d’intérêts déclaré ne se retire pas.")
    if has_conflict:
        Assignment.objects.filter(juror=juror, case_file=case_file).delete()
        Review.objects.standing().filter(juror=juror, case_file=case_file).update(
            status=ReviewStatus.VOID
        )
    if known is None:
        return Declaration.objects.create(
            juror=juror,
            case_file=case_file,
            has_conflict=has_conflict,
            reason=reason.strip() if has_conflict else "",
            declared_at=at,
        )
    if has_conflict:
        known.has_conflict, known.reason, known.declared_at = True, reason.strip(), at
        known.save(update_fields=["has_conflict", "reason", "declared_at"])
    return known


def lock_seat(juror: Juror) -> Juror:
    """The juror's row, locked: of two pages of theirs, the second waits for the first."""
    return Juror.objects.select_for_update(of=("self",)).get(pk=juror.pk)


@transaction.atomic
def declare_insiders(*, jury: Jury, at: datetime) -> int:
    """Declare a conflict for each juror who has a part in a file; how many were declared."""
    seats = {juror.user_id: juror for juror in jury.jurors.all()}
    known = set(
        Declaration.objects.conflicts()
        .filter(juror__jury=jury)
        .values_list("juror_id", "case_file_id")
    )
    found = [
        (seats[account], case_file)
        for case_file, account in judged(jury.campaign).insiders(jury.campaign)
        if account in seats and (seats[account].pk, case_file) not in known
    ]
    for juror, key in found:
        case_file = CaseFile.objects.get(pk=key)
        declare(juror=juror, case_file=case_file, has_conflict=True, reason=_INSIDER, at=at)
    return len(found)
