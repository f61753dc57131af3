"""What the back office's first page says about places of care."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core import clock
from apps.core.dashboard import Figure, Group, figures_from
from apps.core.paging import MOST_COUNTED, figure_of
from apps.lookups.care_places.models import Extract, Place


@figures_from
def places_to_verify(user: User) -> Iterator[Figure]:
    """For those who can verify a place. 2 queries."""
    if not (user.is_superuser or user.has_role(Role.EDITOR, Role.HEAD)):
        return
    to_verify = Place.objects.to_verify(clock.today()).filter(is_fictitious=False)
    if count := to_verify.order_by()[: MOST_COUNTED + 1].count():
        yield Figure(
            group=Group.TO_WATCH,
            label="Lieux de soins à vérifier",
            value=figure_of(count, most=MOST_COUNTED),
            url=reverse("admin:care_places_place_changelist") + "?a_verifier=oui",
            note="Jamais vérifiés, pas depuis six mois, ou absents d’un extrait.",
        )
    if count := Extract.objects.filter(applied_at=None).count():
        yield Figure(
            group=Group.TO_WATCH,
            label="Extraits lus, à appliquer",
            value=count,
            url=reverse("admin:care_places_extract_changelist"),
            note="FINESS ou OpenStreetMap.",
        )
