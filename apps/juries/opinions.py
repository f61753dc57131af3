"""The jury's words about a file: written during the meeting, agreed with the ranking."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.juries.models import Jury, Opinion, RankedFile
from apps.juries.permissions import is_jury_open, why_not_keep_minutes


class StaleOpinionError(MoveRefusedError):
    def __init__(self) -> None:
        super().__init__(
            "Cet avis a changé depuis que vous avez ouvert cette page. "
            "Relisez-le, puis enregistrez de nouveau."
        )


@transaction.atomic
def write_opinion(
    *,
    jury: Jury,
    case_file: CaseFile,
    comment: str,
    actor: User,
    expected_version: int,
    at: datetime | None = None,
) -> Opinion:
    """Keep the jury's words about a file; `expected_version` is 0 for the first ones.

    Raises StaleOpinionError or MoveRefusedError.
    """
    at = at or clock.now()
    if reason := why_not_keep_minutes(actor, jury.campaign.programme):
        raise MoveRefusedError(reason)
    if not is_jury_open(jury):
        raise MoveRefusedError("Le jury a arrêté son classement : ses avis ne changent plus.")
    CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    opinion = Opinion.objects.filter(case_file=case_file).first()
    if expected_version != (opinion.version if opinion else 0):
        raise StaleOpinionError
    if opinion is None:
        return Opinion.objects.create(
            case_file=case_file, comment=comment.strip(), changed_by=actor, changed_at=at
        )
    opinion.comment, opinion.version = comment.strip(), opinion.version + 1
    opinion.changed_by, opinion.changed_at = actor, at
    opinion.save(update_fields=["comment", "version", "changed_by", "changed_at"])
    return opinion


def agreed_comment(case_file: CaseFile) -> str:
    """What the jury agreed to tell the owner of a file; "" before, or when it said nothing.

    For the letters of a programme: one query.
    """
    agreed = RankedFile.objects.filter(case_file=case_file, ranking__cancelled_at=None)
    return agreed.values_list("comment", flat=True).first() or ""
