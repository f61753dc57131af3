from __future__ import annotations

from datetime import date
from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Coalesce

from apps.awards.enums import ItemStatus, SessionStatus, Vote
from apps.core.dates import format_date


class SessionQuerySet(models.QuerySet["Session"]):
    def planned(self) -> SessionQuerySet:
        return self.filter(status=SessionStatus.PLANNED)

    def closed(self) -> SessionQuerySet:
        """The latest first; the undated ones are old."""
        order = F("held_on").desc(nulls_last=True)
        return self.filter(status=SessionStatus.CLOSED).order_by(order, "-pk")

    def upcoming(self, on: date) -> SessionQuerySet:
        """Those that may still take files on a day, the nearest first."""
        return self.planned().filter(held_on__gte=on).order_by("held_on", "id")

    def to_close(self, on: date) -> SessionQuerySet:
        """Held, with votes to record: the oldest first."""
        return self.planned().filter(held_on__lte=on).order_by("held_on", "id")

    def with_totals(self) -> SessionQuerySet:
        """With `item_count`, `proposed_total` and `granted_total` (euros): one query.

        Files taken off the agenda are left out; nothing is granted before the closing.
        `unpublished_count` is how many grants no sum can hold: their amount was never published.
        """
        standing = ~Q(items__status=ItemStatus.REMOVED)
        granted = Q(items__status=ItemStatus.EXAMINED, items__vote=Vote.FOLLOW)
        return self.annotate(
            item_count=Count("items", filter=standing),
            proposed_total=_total(standing),
            granted_total=_total(granted),
            unpublished_count=Count("items", filter=granted & Q(items__is_amount_unpublished=True)),
        )


def _total(condition: Q) -> Coalesce:
    return Coalesce(Sum("items__proposed_amount", filter=condition), Value(Decimal(0)))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="SessionHistory",
)
class Session(models.Model):
    """One sitting of the commission permanente, from its agenda to its deliberation.

    `held_on` is empty for an act of the archive only, when its source does not say the day.
    A closed session never changes again (trigger).
    """

    label = models.CharField("intitulé", max_length=120)
    held_on = models.DateField("date", null=True, blank=True)
    undated_reason = models.CharField(
        "pourquoi la date manque",
        max_length=200,
        blank=True,
        help_text="Pour un acte ancien dont la source ne dit pas le jour.",
    )
    place = models.CharField("lieu", max_length=200, blank=True)
    status = models.CharField(
        "état", max_length=10, choices=SessionStatus.choices, default=SessionStatus.PLANNED
    )
    deliberation = models.CharField("délibération", max_length=60, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="close par",
    )
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    report = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="relevé de décisions",
    )
    is_fictitious = models.BooleanField("commission fictive", default=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "commission"
        verbose_name_plural = "commissions"
        # The undated ones are old: they come last.
        ordering = (F("held_on").desc(nulls_last=True), "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=SessionStatus.values), name="session_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="session_has_label",
                violation_error_message="Donnez un intitulé à la commission.",
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=False, undated_reason="")
                | (Q(held_on=None) & ~Q(undated_reason="")),
                name="session_dated_or_says_why",
                violation_error_message="Indiquez la date, ou dites pourquoi elle manque.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=SessionStatus.PLANNED,
                    closed_by=None,
                    closed_at=None,
                    report=None,
                    deliberation="",
                )
                | (
                    Q(
                        status=SessionStatus.CLOSED,
                        closed_by__isnull=False,
                        closed_at__isnull=False,
                        report__isnull=False,
                    )
                    & ~Q(deliberation="")
                ),
                name="session_closed_is_complete",
                violation_error_message="Une commission close a sa délibération et son relevé.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(held_on=None)
                | Q(closed_at__date__gte=F("held_on")),
                name="session_held_before_closed",
                violation_error_message="Une commission se clôt le jour de sa tenue ou après.",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="closed_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="closed"),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def is_closed(self) -> bool:
        return self.status == SessionStatus.CLOSED

    @property
    def day_label(self) -> str:
        """« 18 décembre 2026 », or « date inconnue »."""
        return format_date(self.held_on) if self.held_on else "date inconnue"

    def why_not_take_files(self, on: date) -> str:
        """Reason why no file may be put on this agenda on a day, or an empty string."""
        if self.is_closed:
            return "Cette commission est close."
        if self.held_on and self.held_on < on:
            return f"Cette commission s’est tenue le {self.day_label}."
        return ""

    def why_not_close(self, on: date) -> str:
        """Reason why the votes cannot be final on a day, or an empty string."""
        if self.is_closed:
            return "Cette commission est déjà close."
        if self.held_on and self.held_on > on:
            return f"Cette commission se tient le {self.day_label} : attendez qu’elle ait voté."
        return ""
