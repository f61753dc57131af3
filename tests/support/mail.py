"""Mail servers with a temper, for tests of deliveries."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend


class RefusingBackend(BaseEmailBackend):
    """Takes nothing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


class SlowBackend(EmailBackend):
    """Takes its time, as a real server does: two workers have time to meet."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> Any:
        time.sleep(0.3)
        return super().send_messages(messages)
