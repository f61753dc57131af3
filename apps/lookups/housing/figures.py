"""What the back office's first page says about housing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from apps.accounts.models import User
from apps.core import clock
from apps.core.compiled import counts
from apps.core.dashboard import Figure, Group, figures_from
from apps.lookups.housing.models import Booking, BookingState, Offer
from apps.lookups.housing.permissions import is_guichet
from apps.lookups.housing.seasons import ASKED_BEFORE

_COUNTED_AT_MOST = 1_000


@figures_from
def housing_figures(user: User) -> Iterator[Figure]:
    """For the guichet. 1 query."""
    if not is_guichet(user):
        return
    at = clock.now()
    found = counts(_lists, clock.paris_date(at), limit=_COUNTED_AT_MOST, at=at)
    if found["waiting"]:
        yield Figure(
            group=Group.TO_DO,
            label="Demandes de logement sans réponse",
            value=found["waiting"],
            url=reverse("admin:housing_booking_changelist") + "?etat=a-repondre",
            note="L’hôte ou le guichet répond avant la fin du délai.",
        )
    if found["ending"]:
        yield Figure(
            group=Group.TO_WATCH,
            label="Offres de logement bientôt finies",
            value=found["ending"],
            url=reverse("admin:housing_offer_changelist") + "?fin=bientot",
            note="Sans réponse de l’hôte, elles quittent les listes.",
        )


def _lists(on: date, *, at: datetime) -> dict[str, QuerySet[Any]]:
    return {
        "waiting": Booking.objects.live(at).filter(state=BookingState.HELD),
        "ending": Offer.objects.online(on).filter(expires_on__lt=on + ASKED_BEFORE),
    }
