"""What the back office's first page says of commitments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from apps.accounts.models import Rights, User
from apps.accounts.roles import Role
from apps.awards.enums import Attention
from apps.awards.models import Commitment
from apps.awards.models.commitment import CommitmentQuerySet
from apps.casefiles.readers import at_desk
from apps.core import clock
from apps.core.compiled import counts
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.paging import MOST_COUNTED, figure_of


@figures_from
def commitment_figures(user: User) -> Iterator[Figure]:
    """What somebody has to look at, for those who follow commitments. One query."""
    if not (user.is_superuser or user.has_role(Role.CASEWORKER, Role.HEAD, Role.AUDITOR)):
        return
    found = counts(_lists, user.rights, clock.today(), limit=MOST_COUNTED + 1, reader=user.pk)
    for attention in Attention:
        if count := found[attention.value]:
            yield Figure(
                group=Group.TO_DO if attention == Attention.TO_CHECK else Group.TO_WATCH,
                label=f"Engagements : {attention.label.lower()}",
                value=figure_of(count, most=MOST_COUNTED),
                url=f"{reverse('admin:awards_commitment_changelist')}?a_suivre={attention.value}",
                note="Pour information." if attention == Attention.TOUCHED else "",
            )


def _lists(rights: Rights, on: date, *, reader: int) -> dict[str, CommitmentQuerySet]:
    """The list behind each kind of attention."""
    mine = Commitment.objects.filter(at_desk(User.with_rights(reader, rights), "case_file"))
    return {attention.value: mine.needing(attention, on) for attention in Attention}
