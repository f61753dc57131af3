from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.awards.enums import OPEN_PROMISES, PROMISE_MOVES, PromiseStatus
from apps.awards.models.given_paper import GivenPaper
from apps.casefiles.enums import Channel


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> PromiseQuerySet:
        return self.filter(status__in=OPEN_PROMISES)

    def late(self, on: date) -> PromiseQuerySet:
        """Still to be proven after their day; the archive's are never late."""
        return self.filter(status=PromiseStatus.PENDING, due_on__lt=on).exclude(
            commitment__case_file__channel=Channel.ARCHIVE
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="PromiseHistory",
)
class Promise(GivenPaper):
    """Something promised beside the practice, and the euros of the award that hang on it.

    The bonus of 2 000 € for who becomes a supervisor within five years of installing (S1,
    l. 111-114). `due_on` is unknown until the first day of practice is recorded.
    """

    # A decision that is cancelled before any signature takes its promises along.
    commitment = models.ForeignKey(
        "awards.Commitment", on_delete=models.CASCADE, related_name="promises"
    )
    kind = models.SlugField("nature", max_length=40)
    label = models.CharField("promesse", max_length=160)
    amount = models.DecimalField("montant en jeu", max_digits=12, decimal_places=2)
    keep_within_years = models.PositiveSmallIntegerField("à tenir dans les (années)")
    source = models.CharField("source", max_length=300)
    due_on = models.DateField("à prouver avant le", null=True, blank=True)
    reminders = models.PositiveSmallIntegerField("rappels", default=0)
    status = models.CharField(
        "état", max_length=10, choices=PromiseStatus.choices, default=PromiseStatus.PENDING
    )
    supervisor = models.ForeignKey(
        "supervisors.Supervisor",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name="au registre des maîtres de stage",
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField("réglée le", null=True, blank=True)

    objects: ClassVar[models.Manager[Promise]] = PromiseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "promesse"
        verbose_name_plural = "promesses"
        ordering = ("commitment", "pk")
        indexes = (models.Index(fields=("status", "due_on"), name="promise_status_due"),)
        constraints = (
            models.UniqueConstraint(
                fields=("commitment", "kind"),
                name="promise_made_once",
                violation_error_message="Cette promesse est déjà au dossier.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=PromiseStatus.values), name="promise_status_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, keep_within_years__gt=0) & ~Q(label="") & ~Q(source=""),
                name="promise_is_complete",
                violation_error_message="Une promesse a un montant, un délai et une source.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(PromiseStatus.GIVEN, PromiseStatus.KEPT))
                | Q(file__isnull=False, given_at__isnull=False, given_by__isnull=False),
                name="promise_proof_is_complete",
                violation_error_message="Une preuve a son fichier, et qui l’a donnée.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(PromiseStatus.KEPT, PromiseStatus.BROKEN))
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="promise_settled_by_someone",
                violation_error_message="Une promesse réglée nomme qui l’a réglée.",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="status_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in PROMISE_MOVES],
            ),
            pgtrigger.ReadOnly(
                name="stake_is_frozen", fields=["commitment", "kind", "amount", "keep_within_years"]
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_PROMISES
