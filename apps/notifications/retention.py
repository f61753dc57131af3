"""How long e-mails are kept. Those about a request go with it, sooner or later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from apps.core.retention import RetentionRule, retains
from apps.notifications.models import EmailStatus, OutgoingEmail


@retains
def email_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code="notifications.emails",
        group="Courriels",
        label="Courriels envoyés",
        starts="après leur envoi",
        default=None,
        forget=forget_emails,
    )


def forget_emails(before: date, at: datetime) -> int:
    """Those created on a day or earlier; what still waits to leave stays."""
    sent = OutgoingEmail.objects.filter(created_at__date__lte=before)
    _, counts = sent.exclude(status=EmailStatus.QUEUED).delete()
    return counts.get(OutgoingEmail._meta.label, 0)  # noqa: SLF001 - documented by Django
