"""What is written to jurors: a name, the call, a link; never a file nor its owner."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from apps.casefiles.receipts import service
from apps.juries.models import Juror
from apps.notifications.queue import queue_email


def notify_invitation(juror: Juror) -> None:
    _write("jury-invitation", juror)


def notify_reminder(juror: Juror, *, left: int) -> None:
    """`left`: how many readings are not given yet."""
    _write("jury-reminder", juror, left=left)


def _write(kind: str, juror: Juror, **extra: int) -> None:
    context = {
        "name": str(juror.user),
        "campaign": str(juror.jury.campaign),
        "url": f"{settings.PUBLIC_URL}{reverse('juries:home')}",
        "service": service(),
        **extra,
    }
    queue_email(kind, to=juror.user.email, context=context)
