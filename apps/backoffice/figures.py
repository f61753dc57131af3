"""What the first page says about the portal itself."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core.dashboard import Figure, Group, figures_from
from apps.notifications.models import EmailStatus, OutgoingEmail


@figures_from
def failed_emails(user: User) -> Iterator[Figure]:
    """For those who can send them again, or ask why. 1 query."""
    if not (user.is_superuser or user.has_role(Role.CASEWORKER, Role.HEAD, Role.AUDITOR)):
        return
    if count := OutgoingEmail.objects.filter(status=EmailStatus.FAILED).count():
        yield Figure(
            group=Group.TO_WATCH,
            label="Courriels non partis",
            value=count,
            url=reverse("admin:notifications_outgoingemail_changelist") + "?status__exact=failed",
            note="Lisez la cause, vérifiez l’adresse, puis renvoyez-les.",
            is_urgent=True,
        )
