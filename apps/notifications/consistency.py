"""E-mails that wait against the jobs that send them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import BigIntegerField, Exists, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.core.consistency import checks
from apps.notifications.models import EmailStatus, OutgoingEmail
from apps.notifications.tasks import deliver_email


@checks("Courriels en attente et leur envoi")
def _deliveries() -> Iterator[str]:
    jobs = (
        ProcrastinateJob.objects.filter(task_name=deliver_email.name, status__in=("todo", "doing"))
        .annotate(email=Cast(KT("args__email_id"), BigIntegerField()))
        .filter(email=OuterRef("pk"))
    )
    stuck = OutgoingEmail.objects.filter(~Exists(jobs), status=EmailStatus.QUEUED)
    for key in stuck.values_list("pk", flat=True):
        yield f"Le courriel {key} attend, et rien ne l’enverra."
