"""Hand one queued e-mail to the mail server, once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from apps.notifications.models import EmailStatus, OutgoingEmail

# With the waits of tasks.py, an outage of a whole day is survived.
MAX_ATTEMPTS = 32


class DeliveryError(RuntimeError):
    """The mail server did not take the message: worth another try."""


def deliver(email_id: int, *, at: datetime) -> None:
    """Send the e-mail when it still waits, and write down what became of it.

    The row stays locked while the mail server answers (EMAIL_TIMEOUT bounds it): a second worker
    waits, then finds it sent. Side effects: status, attempts, last_error, sent_at; the body of a
    sensitive e-mail is erased when it is done with, except in the demo.
    Raises DeliveryError when another try is due; after MAX_ATTEMPTS the e-mail is failed.
    """
    with transaction.atomic():
        email = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=email_id)
        if email.status != EmailStatus.QUEUED:
            return
        email.attempts += 1
        email.last_error = _try_to_send(email)
        if not email.last_error:
            email.status, email.sent_at = EmailStatus.SENT, at
        elif email.attempts >= MAX_ATTEMPTS:
            email.status = EmailStatus.FAILED
        if email.is_sensitive and email.status != EmailStatus.QUEUED and not settings.DEMO:
            email.text = email.html = ""
        email.save(update_fields=["attempts", "last_error", "status", "sent_at", "text", "html"])
    if email.status == EmailStatus.QUEUED:
        raise DeliveryError(email.last_error)


def _try_to_send(email: OutgoingEmail) -> str:
    """What went wrong, or an empty string."""
    try:
        _message(email).send()
    except (OSError, ValueError) as error:  # smtplib's and anymail's errors are OSErrors too
        return f"{type(error).__name__}: {error}"
    return ""


def _message(email: OutgoingEmail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text,
        to=[email.to],
        headers={
            "Message-ID": email.message_id,
            "Auto-Submitted": "auto-generated",  # RFC 3834: no « out of office » in return
            "Content-Language": "fr",
        },
        connection=get_connection(settings.DELIVERY_EMAIL_BACKEND),
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    for row in email.attachment_rows.select_related("stored_file"):
        with row.stored_file.file.open("rb") as content:
            message.attach(
                row.stored_file.original_name, content.read(), row.stored_file.content_type
            )
    return message
