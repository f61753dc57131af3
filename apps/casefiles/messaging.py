"""Messages between the applicant and the guichet, and private notes."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.casefiles.enums import EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile, Message, Note
from apps.casefiles.notifications import notify_message
from apps.casefiles.permissions import is_staff_on, why_not_caseworker
from apps.core import clock

MAX_LENGTH = 5000


def _clean(body: str) -> str:
    body = body.strip()
    if not body:
        raise ValidationError({"body": "Écrivez un message."})
    if len(body) > MAX_LENGTH:
        raise ValidationError({"body": f"Votre message dépasse {MAX_LENGTH} caractères."})
    return body


@transaction.atomic
def send_message(
    *, case_file: CaseFile, author: User, body: str, at: datetime | None = None
) -> Message:
    """Send a message to the other side.

    Side effects: one event (without the text), an e-mail to the applicant when the guichet
    writes. Raises ValidationError on a bad text or when nobody could read it (a file without an
    account), PermissionDenied for a stranger.
    """
    at = at or clock.now()
    from_staff = is_staff_on(author, case_file)
    if not from_staff and case_file.applicant_id != author.pk:
        raise PermissionDenied
    if case_file.applicant_id is None:
        raise ValidationError(
            {"body": "Cette personne n’a pas de compte : appelez-la, ou écrivez-lui une lettre."}
        )
    message = Message.objects.create(
        case_file=case_file,
        author=author,
        is_from_staff=from_staff,
        body=_clean(body),
        sent_at=at,
    )
    record_event(
        case_file,
        EventKind.MESSAGE_SENT,
        actor=author,
        at=at,
        payload={"label": "Message du guichet" if from_staff else "Message du demandeur"},
    )
    if from_staff:
        notify_message(case_file)
    return message


def mark_read(*, case_file: CaseFile, reader: User, at: datetime | None = None) -> int:
    """Mark what the other side wrote as read by this person; return how many were new.

    A reader without a part in the exchange (auditor, committee) marks nothing.
    """
    at = at or clock.now()
    unread = case_file.messages.filter(read_at=None, sent_at__lte=at)
    if case_file.applicant_id == reader.pk:
        return unread.filter(is_from_staff=True).update(read_at=at, read_by=reader)
    if is_staff_on(reader, case_file):
        return unread.filter(is_from_staff=False).update(read_at=at, read_by=reader)
    return 0


@transaction.atomic
def write_note(*, case_file: CaseFile, author: User, body: str, at: datetime | None = None) -> Note:
    """Write a private note; the applicant never sees it."""
    if why_not_caseworker(author, case_file):
        raise PermissionDenied
    return Note.objects.create(
        case_file=case_file, author=author, body=_clean(body), written_at=at or clock.now()
    )


@transaction.atomic
def edit_note(*, note: Note, author: User, body: str, at: datetime | None = None) -> Note:
    """Change one's own note; its former texts stay in the history."""
    if note.author_id != author.pk:
        raise PermissionDenied
    note.body, note.edited_at = _clean(body), at or clock.now()
    note.save(update_fields=["body", "edited_at"])
    return note
