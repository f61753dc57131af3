"""Record the signed agreement, and the facts that end a file."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.awards.models import Agreement
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_accountant_or_head, why_not_head
from apps.casefiles.transitions import MoveRefusedError, lock, perform
from apps.core import clock
from apps.files.models import StoredFile


@transaction.atomic
def activate_agreement(
    *,
    case_file: CaseFile,
    actor: User,
    signed_on: date,
    scan: StoredFile,
    comment: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Put the signed agreement on the file and move it to « Conventionné ».

    Side effects: the Agreement, the move with its e-mail. Raises MoveRefusedError, and then
    changes nothing.
    """
    at = at or clock.now()
    locked = lock(case_file, expected_version=expected_version)
    if reason := why_not_head(actor, locked):
        raise MoveRefusedError(reason)
    if locked.state != CaseFileState.GRANTED:
        raise MoveRefusedError("Une convention se signe pour une aide accordée.")
    if signed_on > clock.paris_date(at):
        raise MoveRefusedError("La date de signature est à venir.")
    if locked.decided_at and signed_on < clock.paris_date(locked.decided_at):
        raise MoveRefusedError("La convention ne peut pas être signée avant la décision.")
    if Agreement.objects.filter(case_file=locked).exists():
        raise MoveRefusedError("Une convention est déjà au dossier.")
    Agreement.objects.create(
        case_file=locked, signed_on=signed_on, scan=scan, recorded_by=actor, recorded_at=at
    )
    return perform(locked, "activate", actor=actor, comment=comment, at=at)


@transaction.atomic
def complete_agreement(
    *,
    case_file: CaseFile,
    actor: User,
    settled_on: date,
    commitment_ended_on: date,
    comment: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Record the last payment and the end of the commitment, and move the file to « Soldé ».

    Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock(case_file, expected_version=expected_version)
    if reason := why_not_accountant_or_head(actor, locked):
        raise MoveRefusedError(reason)
    agreement = Agreement.objects.select_for_update(of=("self",)).filter(case_file=locked).first()
    if agreement is None:
        raise MoveRefusedError("La convention signée n’est pas au dossier.")
    if max(settled_on, commitment_ended_on) > clock.paris_date(at):
        raise MoveRefusedError("Ces dates doivent être passées.")
    if min(settled_on, commitment_ended_on) < agreement.signed_on:
        raise MoveRefusedError("Ces dates ne peuvent pas précéder la convention.")
    agreement.settled_on, agreement.commitment_ended_on = settled_on, commitment_ended_on
    agreement.save(update_fields=["settled_on", "commitment_ended_on"])
    return perform(locked, "complete", actor=actor, comment=comment, at=at)
