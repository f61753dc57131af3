"""What housing forgets, and when: nobody is named for longer than a question may come.

After a stay, a host and a student may still have something to settle; six months later, unless
staff set another length, the rows only say that a room was taken, when, and how it ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from apps.core import clock
from apps.core.history import forget_versions
from apps.core.retention import Length, RetentionRule, Unit, retains
from apps.lookups.housing.models import Booking, WaitingEntry
from apps.notifications.models import OutgoingEmail


@retains
def stay_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code="housing.bookings",
        group="Logements",
        label="Réservations de chambres et liste d’attente",
        starts="après la fin du séjour",
        default=Length(number=6, unit=Unit.MONTH),
        source="Réglage du portail : le temps de régler ce qui reste entre l’hôte et l’étudiant.",
        forget=forget_stays,
    )


@transaction.atomic
def forget_stays(before: date, at: datetime) -> int:
    """Empty the bookings that ended before a day, or on it; how many.

    Side effects: their names, addresses and words go, with their e-mails and the history of these
    rows; places in line that are as old, or that led to such a booking, are deleted. Twice the
    same day changes nothing.
    """
    past = Booking.objects.to_forget(before).select_for_update(of=("self",), skip_locked=True)
    old = list(past.order_by("pk"))
    keys = [booking.pk for booking in old]
    OutgoingEmail.objects.filter(
        related_reference__in=[booking.reference for booking in old]
    ).delete()
    Booking.objects.filter(pk__in=keys).update(
        student=None, name="", email="", note="", answer="", forgotten_on=clock.paris_date(at)
    )
    forget_versions(Booking, keys)
    in_line = list(WaitingEntry.objects.to_forget(before).values_list("pk", flat=True))
    WaitingEntry.objects.filter(pk__in=in_line).delete()
    forget_versions(WaitingEntry, in_line)
    return len(keys)
