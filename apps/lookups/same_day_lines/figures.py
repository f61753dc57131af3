"""What the back office's first page says about the lines."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core import clock
from apps.core.dashboard import Figure, Group, figures_from
from apps.lookups.same_day_lines.models import Line


@figures_from
def lines_to_verify(user: User) -> Iterator[Figure]:
    """For those who can verify a number. 1 query."""
    if not (user.is_superuser or user.has_role(Role.EDITOR, Role.HEAD)):
        return
    if count := Line.objects.to_verify(clock.today()).count():
        yield Figure(
            group=Group.TO_WATCH,
            label="Numéros du jour à revérifier",
            value=count,
            url=reverse("admin:same_day_lines_line_changelist") + "?a_reverifier=oui",
            note="Jamais vérifiés, ou pas depuis 90 jours.",
        )
