"""What the back office's first page says to a juror, who signs in there as all with a role do."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core.dashboard import Figure, Group, figures_from
from apps.juries.permissions import is_jury_open, seats, why_not_judge
from apps.juries.reminders import readings_left


@figures_from
def readings_to_give(user: User) -> Iterator[Figure]:
    """One a seat, down to 0: it is the juror's way to their files. 1 query, and 2 a seat."""
    if not user.has_role(Role.COMMITTEE_MEMBER):
        return
    for juror in seats(user):
        if not why_not_judge(juror) and is_jury_open(juror.jury):
            yield Figure(
                group=Group.TO_DO,
                label="Lectures à rendre",
                value=readings_left(juror),
                url=reverse("juries:home"),
                note=str(juror.jury.campaign),
            )
