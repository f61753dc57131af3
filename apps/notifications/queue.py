"""Queue e-mails: the row and its delivery job are written in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction

from apps.core import clock
from apps.core.jobs import queue_job
from apps.files.models import StoredFile
from apps.files.serving import why_not_open
from apps.notifications.models import EmailAttachment, EmailStatus, OutgoingEmail
from apps.notifications.registry import email_kind
from apps.notifications.render import RenderedEmail, render_email
from apps.notifications.tasks import deliver_email

# Somebody waits in front of a page for a code; a notice can wait for it.
_URGENT = 10


def queue_email(
    kind: str,
    *,
    to: str,
    context: Mapping[str, Any],
    reference: str = "",
    attachments: Sequence[StoredFile] = (),
    at: datetime | None = None,
) -> OutgoingEmail:
    """Render the e-mail of this registered `kind` and queue it for `to`.

    Side effects: an OutgoingEmail, its attachments, a delivery job; a rollback undoes them all.
    Raises LookupError for an unknown kind, ValidationError for a bad address, ValueError for an
    attachment that may not be opened.
    """
    chosen = email_kind(kind)
    return queue_rendered(
        render_email(chosen, context),
        kind=kind,
        to=to,
        is_sensitive=chosen.is_sensitive,
        reference=reference,
        attachments=attachments,
        at=at or clock.now(),
    )


def queue_rendered(
    rendered: RenderedEmail,
    *,
    kind: str,
    to: str,
    is_sensitive: bool,
    at: datetime,
    reference: str = "",
    attachments: Sequence[StoredFile] = (),
) -> OutgoingEmail:
    """Queue an e-mail whose words are ready. Side effects and errors: see queue_email."""
    validate_email(to)
    for stored_file in attachments:
        if reason := why_not_open(stored_file):
            raise ValueError(reason)
    with transaction.atomic():
        email = OutgoingEmail.objects.create(
            kind=kind,
            to=to,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            is_sensitive=is_sensitive,
            related_reference=reference,
            message_id=_message_id(),
            created_at=at,
        )
        EmailAttachment.objects.bulk_create(
            EmailAttachment(email=email, stored_file=stored_file, position=position)
            for position, stored_file in enumerate(attachments, start=1)
        )
        _queue_delivery(email)
    return email


def why_not_resend(email: OutgoingEmail) -> str:
    """Reason why `email` cannot be sent again, or an empty string."""
    if email.status == EmailStatus.QUEUED:
        return "Ce courriel attend déjà son envoi."
    if email.status == EmailStatus.SENT:
        return "Ce courriel est déjà parti."
    if email.is_sensitive:
        return (
            "Ce courriel contenait un code, effacé depuis. La personne peut en demander un autre."
        )
    return ""


def resend(email: OutgoingEmail) -> str:
    """Queue a failed e-mail again, with its attempts counted anew.

    Returns "" or the reason of the refusal. Side effects: its row, a delivery job.
    """
    with transaction.atomic():
        locked = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=email.pk)
        if reason := why_not_resend(locked):
            return reason
        locked.status = EmailStatus.QUEUED
        locked.attempts = locked.unanswered = 0
        locked.save(update_fields=["status", "attempts", "unanswered"])
        _queue_delivery(locked)
    return ""


def _queue_delivery(email: OutgoingEmail) -> None:
    queue_job(deliver_email, priority=_URGENT if email.is_sensitive else 0, email_id=email.pk)


def _message_id() -> str:
    """Chosen once: a message delivered twice by a crash is shown once by its reader."""
    return f"<{uuid4()}@{urlsplit(settings.PUBLIC_URL).hostname}>"
