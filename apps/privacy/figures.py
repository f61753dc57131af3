"""What the guichet's first page says about personal data: wishes to answer, lengths to set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core import clock
from apps.core.dashboard import Figure, Group, figures_from
from apps.privacy.enums import RequestStatus
from apps.privacy.models import ErasureRequest
from apps.privacy.periods import labels_of, lines_for, unset, why_not_set_period

# An answer is due within the month (GDPR, article 12): a wish this old stands out.
_OLD = timedelta(days=21)
_NAMED = 3


@figures_from
def wishes_to_answer(user: User) -> Iterator[Figure]:
    """For the heads who may answer them. 1 query."""
    if not user.has_role(Role.HEAD):
        return
    wishes = ErasureRequest.objects.at_desk_of(user).filter(status=RequestStatus.OPEN)
    found = wishes.aggregate(count=Count("pk"), oldest=Min("asked_at"))
    if found["count"]:
        yield Figure(
            group=Group.TO_DO,
            label="Demandes d’effacement à traiter",
            value=found["count"],
            url=reverse("admin:privacy_erasurerequest_changelist") + "?status__exact=open",
            note="La personne attend une réponse dans le mois.",
            is_urgent=found["oldest"] <= clock.now() - _OLD,
        )


@figures_from
def lengths_to_set(user: User) -> Iterator[Figure]:
    """For the heads, those that they set; for the auditors, those that they read. 1 query."""
    if not user.has_role(Role.HEAD, Role.AUDITOR):
        return
    lines = unset(lines_for(user))
    if not user.has_role(Role.AUDITOR):
        lines = [line for line in lines if not why_not_set_period(user, line.rule)]
    if lines:
        named = labels_of(lines)
        more = ", et d’autres données" if len(named) > _NAMED else ""
        yield Figure(
            group=Group.TO_WATCH,
            label="Durées de conservation non fixées",
            value=len(lines),
            url=reverse("admin:privacy_retentionperiod_changelist"),
            note=f"Rien n’est effacé pour : {', '.join(named[:_NAMED])}{more}.",
        )
