"""Django e-mail backend that queues messages in the database."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from apps.core import clock
from apps.notifications.queue import queue_rendered
from apps.notifications.registry import DEFAULT_KIND, email_kind
from apps.notifications.render import RenderedEmail, one_line

# A message names its registered kind with this header; it is not sent.
KIND_HEADER = "X-Email-Kind"


class QueuedEmailBackend(BaseEmailBackend):
    """What Django and its apps send (allauth's codes): one OutgoingEmail per recipient.

    Such messages are taken for sensitive unless their kind says otherwise: they carry codes.
    They leave from DEFAULT_FROM_EMAIL, like all others.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue in the caller's transaction; raises ValueError for attachments (queue_email)."""
        with transaction.atomic():
            return sum(_queue(message) for message in email_messages)


def _queue(message: EmailMessage) -> int:
    if message.attachments:
        raise ValueError("Attachments are stored files: use notifications.queue.queue_email.")
    kind = email_kind(message.extra_headers.get(KIND_HEADER, DEFAULT_KIND))
    rendered = RenderedEmail(
        subject=one_line(str(message.subject)), text=str(message.body), html=_html(message)
    )
    addresses = [parseaddr(recipient)[1] for recipient in message.recipients()]
    for address in addresses:
        queue_rendered(
            rendered,
            kind=kind.slug,
            to=address,
            is_sensitive=kind.is_sensitive,
            at=clock.now(),
        )
    return 1 if addresses else 0


def _html(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    parts = ((str(content), mimetype) for content, mimetype in message.alternatives)
    return next((content for content, mimetype in parts if mimetype == "text/html"), "")
