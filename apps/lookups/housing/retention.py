"""What housing forgets, and when: nobody is named for longer than a question may come.

After a stay, a host and a student may still have something to settle; six months later the rows
only say that a room was taken, when, and how it ended.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from apps.core.dates import add_months
from apps.core.history import forget_versions
from apps.lookups.housing.models import Booking, WaitingEntry
from apps.notifications.models import OutgoingEmail

KEPT_MONTHS = 6


@transaction.atomic
def forget_stays(*, on: date) -> int:
    """Empty the bookings that ended KEPT_MONTHS before the day `on`; how many.

    Side effects: their names, addresses and words go, with their e-mails and the history of these
    rows; places in line that are as old, or that led to such a booking, are deleted. Twice the
    same day changes nothing.
    """
    before = add_months(on, -KEPT_MONTHS)
    past = Booking.objects.to_forget(before).select_for_update(of=("self",), skip_locked=True)
    old = list(past.order_by("pk"))
    keys = [booking.pk for booking in old]
    OutgoingEmail.objects.filter(
        related_reference__in=[booking.reference for booking in old]
    ).delete()
    Booking.objects.filter(pk__in=keys).update(
        student=None, name="", email="", note="", answer="", forgotten_on=on
    )
    forget_versions(Booking, keys)
    in_line = list(WaitingEntry.objects.to_forget(before).values_list("pk", flat=True))
    WaitingEntry.objects.filter(pk__in=in_line).delete()
    forget_versions(WaitingEntry, in_line)
    return len(keys)
