"""Hand one queued e-mail to the mail server: once, or twice after a crash, never three times."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from apps.core.locks import name_held
from apps.notifications.models import MOST_UNANSWERED, EmailStatus, OutgoingEmail

# With the waits of tasks.py, an outage of a whole day is survived.
MAX_ATTEMPTS = 32
_MAYBE_ARRIVED = (
    "Remis deux fois au serveur de courriel, sans réponse de sa part\u00a0: ce courriel est "
    "peut-être arrivé. Demandez à la personne avant de le renvoyer."
)
# Between the first line of a message and the answer to its last one: it may have been taken.
_NO_ANSWER = (TimeoutError, ConnectionError, smtplib.SMTPServerDisconnected)


class DeliveryError(RuntimeError):
    """The mail server did not take the message: worth another try."""


class _NotTakenError(Exception):
    """The mail server said no, or was not there."""


class _NoAnswerError(Exception):
    """The message was handed over; whether it was taken is not known."""


def deliver(email_id: int, *, at: datetime) -> None:
    """Send the e-mail when it still waits, and write down what became of it.

    That it is handed over is committed first, and taken back by the answer: a try that a crash
    cut in two leaves its mark, and after two of them the e-mail is failed for an agent to decide
    (docs/decisions/0039-twice-at-worst.md). A second worker waits while the mail server answers
    (EMAIL_TIMEOUT bounds it), then finds the e-mail sent. Side effects: status, attempts,
    unanswered, last_error, sent_at; the body of a sensitive e-mail is erased when it is done
    with, except in the demo.
    Raises DeliveryError when another try is due; after MAX_ATTEMPTS the e-mail is failed.
    """
    with name_held(f"notifications.email:{email_id}"):
        if not _begin(email_id):
            return
        with transaction.atomic():
            email = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=email_id)
            _send(email, at=at)
            _forget_codes(email)
            email.save(
                update_fields=["unanswered", "last_error", "status", "sent_at", "text", "html"]
            )
    if email.status == EmailStatus.QUEUED:
        raise DeliveryError(email.last_error)


def _begin(email_id: int) -> bool:
    """Write down that the e-mail is about to be handed over; False when it must not be."""
    with transaction.atomic(durable=True):
        email = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=email_id)
        if email.status != EmailStatus.QUEUED:
            return False
        if email.unanswered >= MOST_UNANSWERED:
            email.status, email.last_error = EmailStatus.FAILED, _MAYBE_ARRIVED
            _forget_codes(email)
            email.save(update_fields=["status", "last_error", "text", "html"])
            return False
        email.attempts += 1
        email.unanswered += 1
        email.save(update_fields=["attempts", "unanswered"])
        return True


def _send(email: OutgoingEmail, *, at: datetime) -> None:
    """Hand over the locked e-mail, and set on it what the answer comes to."""
    try:
        _hand_over(email)
    except _NotTakenError as refusal:
        email.unanswered -= 1
        email.last_error = str(refusal)
        if email.attempts >= MAX_ATTEMPTS:
            email.status = EmailStatus.FAILED
    except _NoAnswerError as silence:
        email.last_error = str(silence)
        if email.unanswered >= MOST_UNANSWERED:
            email.status, email.last_error = EmailStatus.FAILED, f"{_MAYBE_ARRIVED} ({silence})"
    else:
        email.unanswered, email.last_error = 0, ""
        email.status, email.sent_at = EmailStatus.SENT, at


def _forget_codes(email: OutgoingEmail) -> None:
    if email.is_sensitive and email.status != EmailStatus.QUEUED and not settings.DEMO:
        email.text = email.html = ""


def _hand_over(email: OutgoingEmail) -> None:
    """Raises _NotTakenError or _NoAnswerError. A farewell that goes wrong changes nothing."""
    connection = get_connection(settings.DELIVERY_EMAIL_BACKEND)
    try:
        message = _message(email)
        connection.open()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors too
        raise _NotTakenError(_words(error)) from error
    try:
        connection.send_messages([message])
    except _NO_ANSWER as error:
        raise _NoAnswerError(_words(error)) from error
    except (OSError, ValueError) as error:  # and so are anymail's
        raise _NotTakenError(_words(error)) from error
    finally:
        with suppress(OSError):
            connection.close()


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


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
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    for row in email.attachment_rows.select_related("stored_file"):
        with row.stored_file.file.open("rb") as content:
            message.attach(
                row.stored_file.original_name, content.read(), row.stored_file.content_type
            )
    return message
