"""Opening a semester for many rooms at once, and keeping offers alive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import OuterRef

from apps.core import clock
from apps.core.dates import add_months
from apps.lookups.housing.free_time import free_periods
from apps.lookups.housing.models import Availability, Offer, OfferStatus, Room
from apps.lookups.housing.models.room import RoomQuerySet
from apps.lookups.housing.notifications import ask_host_again
from apps.lookups.housing.semesters import Semester

# A host has this long to answer before the offer leaves the lists.
ASKED_BEFORE = timedelta(days=14)
KEPT_MONTHS = 6


@transaction.atomic
def open_season(*, semester: Semester, kinds: Sequence[str], at: datetime) -> int:
    """Open every room of the online offers of these kinds; returns how many rooms opened.

    What is open already stays; only the missing days are added, so that doing it twice changes
    nothing. Side effect: availabilities. 3 queries.
    """
    rooms = list(rooms_to_open(kinds, on=clock.paris_date(at)).select_for_update(of=("self",)))
    opened = Availability.objects.filter(
        room=OuterRef("pk"), during__overlap=DateRange(semester.first, semester.end)
    )
    known = dict(
        Room.objects.filter(pk__in=[room.pk for room in rooms])
        .annotate(opened=ArraySubquery(opened.values("during")))
        .values_list("pk", "opened")
    )
    missing = {
        room.pk: free_periods(
            [(semester.first, semester.end)],
            [(each.lower, each.upper) for each in known[room.pk]],
        )
        for room in rooms
    }
    Availability.objects.bulk_create(
        Availability(room_id=pk, during=DateRange(*period), created_at=at)
        for pk, periods in missing.items()
        for period in periods
    )
    return sum(bool(periods) for periods in missing.values())


def rooms_to_open(kinds: Sequence[str], *, on: date) -> RoomQuerySet:
    """Rooms in use of the online offers of these kinds, in the order of their locks."""
    online = Offer.objects.online(on).filter(kind__in=kinds)
    return Room.objects.in_use(on).filter(offer__in=online).order_by("pk")


def ask_hosts(*, at: datetime) -> int:
    """Ask the hosts of offers that end soon whether they still stand; returns how many.

    Side effects: an e-mail each, once; offers without an address stay for the guichet to call.
    """
    on = clock.paris_date(at)
    asked = 0
    ending = Offer.objects.to_ask_again(on, before=on + ASKED_BEFORE)
    for pk in ending.values_list("pk", flat=True):
        with transaction.atomic():
            offers = ending.select_related("host").select_for_update(of=("self",))
            offer = offers.filter(pk=pk).first()
            if offer is None or not offer.host_email:
                continue
            offer.asked_on = on
            offer.save(update_fields=["asked_on"])
            ask_host_again(offer, at=at)
            asked += 1
    return asked


@transaction.atomic
def keep_offer(*, offer: Offer, on: date) -> Offer:
    """The host says that it still stands: online for KEPT_MONTHS more, from today."""
    locked = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if locked.status == OfferStatus.ONLINE:
        locked.expires_on = max(locked.expires_on or on, add_months(on, KEPT_MONTHS))
        locked.asked_on = None
        locked.save(update_fields=["expires_on", "asked_on"])
    return locked


@transaction.atomic
def withdraw_offer(*, offer: Offer) -> Offer:
    """Out of the lists from now on; stays that are confirmed remain."""
    locked = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    locked.status = OfferStatus.WITHDRAWN
    locked.asked_on = None
    locked.save(update_fields=["status", "asked_on"])
    return locked
