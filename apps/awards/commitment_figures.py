"""What the back office's first page says of commitments."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import Attention
from apps.awards.models import Commitment
from apps.casefiles.readers import at_desk
from apps.core import clock
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.paging import MOST_COUNTED, figure_of


@figures_from
def commitment_figures(user: User) -> Iterator[Figure]:
    """What somebody has to look at, for those who follow commitments. One query."""
    if not (user.is_superuser or user.has_role(Role.CASEWORKER, Role.HEAD, Role.AUDITOR)):
        return
    mine = Commitment.objects.filter(at_desk(user, "case_file"))
    for attention, count in mine.attention_counts(clock.today(), most=MOST_COUNTED).items():
        if count:
            yield Figure(
                group=Group.TO_DO if attention == Attention.TO_CHECK else Group.TO_WATCH,
                label=f"Engagements : {attention.label.lower()}",
                value=figure_of(count, most=MOST_COUNTED),
                url=f"{reverse('admin:awards_commitment_changelist')}?a_suivre={attention.value}",
                note="Pour information." if attention == Attention.TOUCHED else "",
            )
