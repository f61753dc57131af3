"""Telling people of the rooms that opened since they were last told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import QueryDict

from apps.core import clock
from apps.lookups.housing.models import Availability, Room, SavedSearch
from apps.lookups.housing.notifications import tell_new_offers
from apps.lookups.housing.search import RoomFilter, matching_offers, nearest_offers

MOST_SEARCHES = 10
_NAMED = 10


def why_not_save(*, user: Any, query: str) -> str:
    if SavedSearch.objects.filter(user=user, query=query).exists():
        return "Vous suivez déjà cette recherche."
    if SavedSearch.objects.filter(user=user).count() >= MOST_SEARCHES:
        return f"Vous suivez déjà {MOST_SEARCHES} recherches. Retirez-en une d’abord."
    return ""


def save_search(*, user: Any, query: str, label: str, at: datetime) -> SavedSearch:
    """Kept as new from now on; the same search is kept once."""
    search, _ = SavedSearch.objects.get_or_create(
        user=user, query=query, defaults={"label": label, "created_at": at, "told_until": at}
    )
    return search


def tell_searchers(*, at: datetime) -> int:
    """An e-mail for each search with new rooms; returns how many. One transaction a search."""
    told = 0
    for pk in SavedSearch.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            searches = SavedSearch.objects.select_related("user")
            # Another worker that holds the row is telling this very person.
            locked = searches.select_for_update(of=("self",), skip_locked=True)
            if search := locked.filter(pk=pk).first():
                told += _tell(search, at=at)
    return told


def _tell(search: SavedSearch, *, at: datetime) -> bool:
    found = RoomFilter(QueryDict(search.query), queryset=_new_rooms(search, at), at=at)
    if not found.form.is_valid():  # its semester has passed, say
        return False
    offers = matching_offers(found, rooms=found.qs, on=clock.paris_date(at))
    shown = nearest_offers(found, offers.select_related("commune"), most=_NAMED)
    search.told_until = at
    search.save(update_fields=["told_until"])
    if shown:
        tell_new_offers(search, shown, at=at)
    return bool(shown)


def _new_rooms(search: SavedSearch, at: datetime) -> Any:
    opened = Availability.objects.filter(
        room=OuterRef("pk"), created_at__gt=search.told_until, created_at__lte=at
    )
    return Room.objects.in_use(clock.paris_date(at)).filter(Exists(opened))
