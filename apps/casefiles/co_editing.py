"""Several people fill one draft in: the applicant invites, each comes by a signed link.

The link alone opens nothing: it is followed with the account of the address that was invited.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, CoEditor
from apps.casefiles.permissions import why_not_applicant
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.core import clock
from apps.notifications.queue import queue_email

_SALT = "casefiles.co-editor"
MOST = 10


def why_not_share(user: User, case_file: CaseFile) -> str:
    """Why this person may not invite others to fill the file in, in French."""
    if not programmes[case_file.programme].takes_co_editors:
        return "Cette demande se remplit seul."
    if reason := why_not_applicant(user, case_file):
        return reason
    if case_file.state != CaseFileState.DRAFT:
        return "La demande est envoyée : elle ne se remplit plus à plusieurs."
    return ""


@transaction.atomic
def invite_co_editor(
    *, case_file: CaseFile, email: str, by: User, at: datetime | None = None
) -> CoEditor:
    """Write to somebody so that they fill the draft in too.

    Side effects: the invitation, its e-mail. Raises ValidationError in French.
    """
    at = at or clock.now()
    locked = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    if reason := why_not_share(by, locked):
        raise ValidationError(reason)
    if email.lower() == by.email.lower():
        raise ValidationError("C’est votre propre adresse.")
    if locked.co_editors.standing().count() >= MOST:
        raise ValidationError(f"Une demande a {MOST} corédacteurs au plus.")
    try:
        with transaction.atomic():
            invited = CoEditor.objects.create(
                case_file=locked, email=email, invited_by=by, invited_at=at
            )
    except IntegrityError:
        raise ValidationError("Cette personne est déjà invitée.") from None
    queue_email(
        "casefile-co-editor",
        to=email,
        context={
            "name": "",
            "inviter": locked.applicant_name,
            "reference": locked.reference,
            "programme": programmes[locked.programme].label,
            "url": f"{settings.PUBLIC_URL}{invitation_address(invited)}",
            "service": service(),
        },
        reference=locked.reference,
        at=at,
    )
    return invited


def invitation_address(invited: CoEditor) -> str:
    return reverse("casefiles:invitation", args=[signing.dumps(invited.pk, salt=_SALT)])


def read_invitation(token: str) -> CoEditor | None:
    """The standing invitation of a link; None for a forged one, or when it was taken back."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return CoEditor.objects.standing().select_related("case_file").filter(pk=pk).first()


def why_not_accept(user: User, invited: CoEditor) -> str:
    """Why this account may not follow the link, in French."""
    if user.email.lower() != invited.email.lower():
        return "Cette invitation est pour une autre adresse que celle de votre compte."
    if invited.case_file.state != CaseFileState.DRAFT:
        return "Cette demande est déjà envoyée : elle ne se remplit plus."
    return ""


@transaction.atomic
def accept_invitation(*, invited: CoEditor, by: User, at: datetime | None = None) -> CoEditor:
    """The account now fills the draft in. Accepting again changes nothing.

    Raises ValidationError in French.
    """
    locked = CoEditor.objects.select_for_update(of=("self",)).get(pk=invited.pk)
    if locked.revoked_at is not None:
        raise ValidationError("Cette invitation a été retirée.")
    if reason := why_not_accept(by, locked):
        raise ValidationError(reason)
    if locked.user_id is None:
        locked.user, locked.accepted_at = by, at or clock.now()
        locked.save(update_fields=["user", "accepted_at"])
    return locked


@transaction.atomic
def revoke_co_editor(
    *, case_file: CaseFile, pk: int, by: User, at: datetime | None = None
) -> CoEditor | None:
    """Take an invitation back, accepted or not: its link and its rights end at once.

    None when there is no such invitation any more. Raises ValidationError in French.
    """
    if reason := why_not_share(by, case_file):
        raise ValidationError(reason)
    standing = CoEditor.objects.standing().select_for_update(of=("self",))
    invited = standing.filter(case_file=case_file, pk=pk).first()
    if invited is not None:
        invited.revoked_at = at or clock.now()
        invited.save(update_fields=["revoked_at"])
    return invited
