"""What was written to people; and mail servers with a temper, for tests of deliveries."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend

from apps.notifications.models import OutgoingEmail


class RefusingBackend(BaseEmailBackend):
    """Takes nothing: it hangs up as soon as somebody calls."""

    def open(self) -> bool:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


class SilentBackend(EmailBackend):
    """Takes the message, and is gone before it says so."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> Any:
        super().send_messages(messages)
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


class RefusingMessageBackend(BaseEmailBackend):
    """Answers, and says no."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPDataError(452, b"Insufficient system storage")


class RudeBackend(EmailBackend):
    """Takes the message, then fails at the farewell."""

    def close(self) -> None:
        raise TimeoutError("timed out")


class Killed(BaseException):
    """The worker dies."""


class KillingBackend(EmailBackend):
    """Takes the message, and its sender dies before it can write it down."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> Any:
        super().send_messages(messages)
        raise Killed


class SlowBackend(EmailBackend):
    """Takes its time, as a real server does: two workers have time to meet."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> Any:
        time.sleep(0.3)
        return super().send_messages(messages)


def kinds_sent(prefix: str) -> list[str]:
    """The kinds of the e-mails whose kind begins so, in the order they were queued."""
    queued = OutgoingEmail.objects.filter(kind__startswith=prefix).order_by("pk")
    return list(queued.values_list("kind", flat=True))


def emails(kind: str) -> list[OutgoingEmail]:
    """Those of a kind, in the order they were queued."""
    return list(OutgoingEmail.objects.filter(kind=kind).order_by("pk"))
