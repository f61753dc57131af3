"""Appointments that clinics keep for residents, and who took them: no reason, no health data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Subquery, Value, When

from apps.core.dates import format_datetime
from apps.core.one_time_codes import OneTimeCode
from apps.lookups.care_places.models.place import Place, PlaceQuerySet
from apps.territory.models import Commune

# « Rendez-vous sous 48 h » (Plan Priorité Santé).
SOON = timedelta(hours=48)


class TimeSpan(Func):
    """From one instant, included, to another, not included."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class AppointmentState(models.TextChoices):
    HELD = "retenu", "Attend son code"
    BOOKED = "pris", "Pris"
    CANCELLED = "annule", "Annulé"


class SlotState(models.TextChoices):
    """What becomes of a slot, at an instant."""

    FREE = "libre", "Libre"
    TAKEN = "pris", "Pris"
    WITHDRAWN = "retire", "Retiré"
    PAST = "passe", "Passé"


def with_next_slot(places: PlaceQuerySet, at: datetime) -> PlaceQuerySet:
    """`places` with `next_slot`: when the next appointment that a resident may take begins."""
    free = Slot.objects.free(at).filter(place=OuterRef("pk")).values("starts_at")
    return places.annotate(next_slot=Subquery(free[:1]))


class SlotQuerySet(models.QuerySet["Slot"]):
    def free(self, at: datetime) -> SlotQuerySet:
        """Those that a resident may take now, soonest first."""
        taken = Appointment.objects.live(at).filter(slot=OuterRef("pk"))
        return (
            self.filter(~Exists(taken), starts_at__gt=at, withdrawn_at=None)
            .filter(Q(place__gone_on=None))
            .order_by("starts_at", "pk")
        )

    def with_state(self, at: datetime) -> SlotQuerySet:
        """With `shown_state`, a SlotState."""
        taken = Appointment.objects.live(at).filter(slot=OuterRef("pk"))
        return self.annotate(
            shown_state=Case(
                When(withdrawn_at__isnull=False, then=Value(SlotState.WITHDRAWN)),
                When(starts_at__lte=at, then=Value(SlotState.PAST)),
                When(Exists(taken), then=Value(SlotState.TAKEN)),
                default=Value(SlotState.FREE),
                output_field=models.CharField(),
            )
        )

    def soon(self, at: datetime) -> SlotQuerySet:
        """Free ones within 48 hours."""
        return self.free(at).filter(starts_at__lte=at + SOON)


class Slot(models.Model):
    """One slot kept for a resident."""

    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="slots", verbose_name="lieu"
    )
    practitioner = models.CharField(
        "avec",
        max_length=80,
        blank=True,
        help_text="« Dr Martin, médecine générale ». Vide : un professionnel du lieu.",
    )
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    published_at = models.DateTimeField("publié le")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="publié par",
    )
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects: ClassVar[models.Manager[Slot]] = SlotQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "créneau réservé"
        verbose_name_plural = "créneaux réservés"
        ordering = ("starts_at", "pk")
        indexes = (models.Index(fields=("place", "starts_at"), name="care_slot_place_start"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="care_slot_ends_after_it_starts",
                violation_error_message="Un créneau finit après son début.",
            ),
            ExclusionConstraint(
                name="care_slot_no_overlap",
                expressions=(
                    ("place", RangeOperators.EQUAL),
                    ("practitioner", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ),
                condition=Q(withdrawn_at=None),
                violation_error_message=(
                    "Un créneau existe déjà à cette heure avec ce professionnel."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.place.name}, {format_datetime(self.starts_at)}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def live(self, at: datetime) -> AppointmentQuerySet:
        """Those that keep their slot: taken, or held until the code is typed."""
        return self.filter(
            Q(state=AppointmentState.BOOKED) | Q(state=AppointmentState.HELD, held_until__gt=at)
        )

    def lapsed(self, at: datetime) -> AppointmentQuerySet:
        """Held, and the code never came."""
        return self.filter(state=AppointmentState.HELD, held_until__lte=at)

    def to_forget(self, today_starts_at: datetime) -> AppointmentQuerySet:
        """Those whose day is over, and that still name somebody."""
        return self.filter(slot__ends_at__lt=today_starts_at, forgotten_at=None)


class Appointment(models.Model):
    """Who takes a slot: a name, a phone number, a commune. Emptied the day after."""

    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, related_name="appointments", verbose_name="créneau"
    )
    state = models.CharField("état", max_length=8, choices=AppointmentState.choices)
    name = models.CharField("nom", max_length=120, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    commune = models.ForeignKey(
        Commune,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="commune",
    )
    email = models.EmailField("e-mail", blank=True)
    held_until = models.DateTimeField("retenu jusqu’à", null=True, blank=True)
    created_at = models.DateTimeField("demandé le")
    booked_at = models.DateTimeField("pris le", null=True, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pris au téléphone par",
    )
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    forgotten_at = models.DateTimeField("données effacées le", null=True, blank=True)

    objects: ClassVar[models.Manager[Appointment]] = AppointmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering = ("slot", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=AppointmentState.values), name="care_appointment_state_known"
            ),
            models.UniqueConstraint(
                fields=("slot",),
                condition=Q(state__in=(AppointmentState.HELD, AppointmentState.BOOKED)),
                name="care_appointment_one_a_slot",
                violation_error_message="Ce créneau est déjà pris.",
            ),
            models.CheckConstraint(
                condition=(
                    (
                        ~Q(state=AppointmentState.HELD)
                        | Q(held_until__isnull=False, booked_at=None, cancelled_at=None)
                    )
                    & (~Q(state=AppointmentState.BOOKED) | Q(booked_at__isnull=False))
                    & (~Q(state=AppointmentState.CANCELLED) | Q(cancelled_at__isnull=False))
                ),
                name="care_appointment_dates_follow_its_state",
                violation_error_message="Les dates d’un rendez-vous suivent son état.",
            ),
            models.CheckConstraint(
                condition=(Q(forgotten_at=None, commune__isnull=False) & ~Q(name="") & ~Q(phone=""))
                | Q(forgotten_at__isnull=False, commune=None, name="", phone="", email=""),
                name="care_appointment_named_until_forgotten",
                violation_error_message=(
                    "Un rendez-vous a un nom, un téléphone et une commune, tant qu’il n’est pas "
                    "oublié ; ensuite, plus rien."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.slot}"

    @property
    def reference(self) -> str:
        """What its e-mails are found by, to be forgotten with it."""
        return f"RDV-{self.pk}"


class AppointmentCode(OneTimeCode):
    """The code that confirms an appointment; only its digest is kept."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="codes")

    class Meta:
        verbose_name = "code de rendez-vous"
        verbose_name_plural = "codes de rendez-vous"
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="care_appointment_code_expires_later",
                violation_error_message="Un code expire après sa création.",
            ),
        )
