"""Who holds or has a room, and who waits for it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from apps.core.clock import PARIS
from apps.lookups.housing.free_time import period_words


class BookingState(models.TextChoices):
    # Offered to the next in line, who answers before `held_until`.
    OFFERED = "proposee", "Proposée"
    # Asked for: the host or the guichet answers before `held_until`.
    HELD = "demandee", "En attente de réponse"
    CONFIRMED = "confirmee", "Confirmée"
    DECLINED = "declinee", "Déclinée"
    CANCELLED = "annulee", "Annulée"
    EXPIRED = "expiree", "Expirée"


WAITING_STATES = (BookingState.OFFERED, BookingState.HELD)
LIVE_STATES = (*WAITING_STATES, BookingState.CONFIRMED)


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self, at: datetime) -> Self:
        """Those that keep a room from others; a hold ends at its hour, swept or not."""
        return self.filter(
            Q(state=BookingState.CONFIRMED) | Q(state__in=WAITING_STATES, held_until__gt=at)
        )

    def over(self, at: datetime) -> Self:
        """Holds and offers whose time has run out, and that nobody ended yet."""
        return self.filter(state__in=WAITING_STATES, held_until__lte=at)

    def of(self, user: Any) -> Self:
        """Those of a person, also when the guichet noted them under their address."""
        return self.filter(Q(student=user) | Q(student=None, email=user.email))

    def to_forget(self, before: date) -> Self:
        """Stays and requests that were over before a day, and that still name somebody."""
        is_over = Q(state=BookingState.CONFIRMED, during__endswith__lte=before)
        is_ended = Q(ended_at__lt=datetime.combine(before, time(), PARIS))
        return self.filter(is_over | is_ended, forgotten_on=None)

    def for_pages(self) -> Self:
        return self.select_related("room__offer__commune", "room__offer__host")


@pghistory.track()
class Booking(models.Model):
    """A room for a period. Written by the verbs of bookings.py and retention.py only."""

    room = models.ForeignKey(
        "housing.Room", on_delete=models.PROTECT, related_name="bookings", verbose_name="chambre"
    )
    during = DateRangeField("séjour")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="housing_bookings",
        verbose_name="étudiant (compte)",
    )
    name = models.CharField("nom", max_length=160, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    note = models.CharField("mot à l’hôte", max_length=300, blank=True)
    state = models.CharField("état", max_length=10, choices=BookingState.choices)
    held_until = models.DateTimeField("retenue jusqu’au", null=True, blank=True)
    created_at = models.DateTimeField("demandée le")
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    decided_at = models.DateTimeField("confirmée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="réponse donnée par",
    )
    answer = models.CharField("réponse", max_length=300, blank=True)
    forgotten_on = models.DateField("données effacées le", null=True, blank=True)

    objects: ClassVar[models.Manager[Booking]] = BookingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "réservation"
        verbose_name_plural = "réservations"
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(
                fields=("held_until",),
                condition=Q(state__in=WAITING_STATES),
                name="housing_booking_deadline",
            ),
            models.Index(fields=("email",), name="housing_booking_email"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=BookingState.values), name="housing_booking_state_known"
            ),
            ExclusionConstraint(
                name="housing_booking_never_twice",
                expressions=(
                    ("room", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
                condition=Q(state__in=LIVE_STATES),
                violation_error_message="Cette chambre est déjà prise sur ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(
                    during__isempty=False, during__lower_inf=False, during__upper_inf=False
                ),
                name="housing_booking_has_two_days",
                violation_error_message="Indiquez le premier et le dernier jour.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITING_STATES, held_until__isnull=False)
                | (~Q(state__in=WAITING_STATES) & Q(held_until=None)),
                name="housing_booking_held_until_an_hour",
                violation_error_message="Une chambre retenue l’est jusqu’à une heure dite.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_STATES, ended_at=None)
                | (~Q(state__in=LIVE_STATES) & Q(ended_at__isnull=False)),
                name="housing_booking_ended_has_its_hour",
                violation_error_message="Une réservation finie garde l’heure de sa fin.",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.CONFIRMED)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="housing_booking_confirmed_by_someone",
                violation_error_message="Une confirmation a une heure et un auteur.",
            ),
            models.CheckConstraint(
                condition=(Q(forgotten_on=None) & ~Q(name="") & ~Q(email=""))
                | (
                    Q(forgotten_on__isnull=False, student=None)
                    & Q(name="", email="", note="", answer="")
                    & ~Q(state__in=WAITING_STATES)
                ),
                name="housing_booking_named_until_forgotten",
                violation_error_message=(
                    "Une réservation a un nom et une adresse e-mail, tant qu’elle n’est pas "
                    "oubliée ; ensuite, plus rien."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.room}"

    def is_live(self, at: datetime) -> bool:
        if self.state in WAITING_STATES:
            return self.held_until is not None and self.held_until > at
        return self.state == BookingState.CONFIRMED

    @property
    def period(self) -> str:
        return period_words((self.during.lower, self.during.upper))

    @property
    def reference(self) -> str:
        """What its e-mails are found by, to be forgotten with it."""
        return f"LOG-{self.pk}"


class WaitingEntryQuerySet(models.QuerySet["WaitingEntry"]):
    def waiting(self) -> Self:
        """Those still in line, first come first served."""
        return self.filter(left_at=None, booking=None).order_by("created_at", "pk")

    def to_forget(self, before: date) -> Self:
        """Those who left the line before a day, or whose dates were over by then."""
        has_left = Q(left_at__lt=datetime.combine(before, time(), PARIS))
        return self.filter(has_left | Q(during__endswith__lte=before) | Q(booking__student=None))


@pghistory.track()
class WaitingEntry(models.Model):
    """A student in line for a room that is taken; `booking` is the offer they got."""

    room = models.ForeignKey(
        "housing.Room", on_delete=models.PROTECT, related_name="waiting", verbose_name="chambre"
    )
    during = DateRangeField("séjour")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="housing_waiting",
        verbose_name="étudiant",
    )
    created_at = models.DateTimeField("inscrit le")
    left_at = models.DateTimeField("parti le", null=True, blank=True)
    booking = models.OneToOneField(
        Booking,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="waiting_entry",
        verbose_name="proposition reçue",
    )

    objects: ClassVar[models.Manager[WaitingEntry]] = WaitingEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "inscription en liste d’attente"
        verbose_name_plural = "liste d’attente"
        ordering = ("created_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("room", "student", "during"),
                condition=Q(left_at=None, booking=None),
                name="housing_waiting_once",
                violation_error_message="Vous attendez déjà cette chambre pour ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(
                    during__isempty=False, during__lower_inf=False, during__upper_inf=False
                ),
                name="housing_waiting_has_two_days",
                violation_error_message="Indiquez le premier et le dernier jour.",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(booking=None),
                name="housing_waiting_left_or_served",
                violation_error_message="Qui a reçu une proposition n’est plus dans la file.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.student} attend {self.room}"

    @property
    def period(self) -> str:
        return period_words((self.during.lower, self.during.upper))
