from __future__ import annotations

from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum

from apps.awards.enums import CLAWBACK_MOVES, ClawbackCause, ClawbackStatus


class ClawbackQuerySet(models.QuerySet["Clawback"]):
    def issued(self) -> ClawbackQuerySet:
        """Still to be paid back."""
        return self.filter(status=ClawbackStatus.ISSUED)

    def owed_or_paid(self) -> Decimal:
        """Euros that come back or came back, waived ones left out: one query."""
        kept = self.filter(status__in=(ClawbackStatus.ISSUED, ClawbackStatus.PAID))
        return kept.aggregate(total=Sum("amount"))["total"] or Decimal(0)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="ClawbackHistory",
)
class Clawback(models.Model):
    """What is paid back, how it was reckoned, and what became of it. The reckoning is frozen.

    One of nothing is kept too: it says that the breach was reckoned.
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="clawbacks"
    )
    cause = models.CharField("cause", max_length=10, choices=ClawbackCause.choices)
    promise = models.OneToOneField(
        "awards.Promise",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="clawback",
        verbose_name="promesse",
    )
    number = models.CharField("numéro", max_length=24, blank=True)
    amount = models.DecimalField("à rembourser", max_digits=12, decimal_places=2)
    paid = models.DecimalField("versé", max_digits=12, decimal_places=2)
    breakdown = models.JSONField("calcul")
    explanation = models.TextField("le calcul en mots")
    reason = models.TextField("motif")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField("établi le")
    order = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ordre de reversement",
    )
    status = models.CharField("état", max_length=10, choices=ClawbackStatus.choices)
    paid_on = models.DateField("remboursé le", null=True, blank=True)
    treasury_number = models.CharField("numéro du payeur", max_length=40, blank=True)
    waiver_reason = models.TextField("motif de la remise", blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField("clos le", null=True, blank=True)

    objects = ClawbackQuerySet.as_manager()

    class Meta:
        verbose_name = "reversement"
        verbose_name_plural = "reversements"
        ordering = ("-issued_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("case_file",),
                condition=Q(cause=ClawbackCause.BREACH),
                name="clawback_one_breach",
                violation_error_message="La rupture de cette convention est déjà chiffrée.",
            ),
            models.UniqueConstraint(
                fields=("number",), condition=~Q(number=""), name="clawback_number_unique"
            ),
            models.UniqueConstraint(
                fields=("treasury_number",),
                condition=~Q(treasury_number=""),
                name="clawback_paid_once",
                violation_error_message="Ce numéro est déjà celui d’un autre reversement.",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=ClawbackCause.values), name="clawback_cause_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ClawbackStatus.values), name="clawback_status_known"
            ),
            models.CheckConstraint(
                condition=Q(cause=ClawbackCause.BREACH, promise=None)
                | Q(cause=ClawbackCause.PROMISE, promise__isnull=False),
                name="clawback_names_its_promise",
                violation_error_message="Dites quelle promesse n’est pas tenue.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=F("paid")),
                name="clawback_between_nothing_and_paid",
                violation_error_message="Le montant se situe entre zéro et ce qui a été versé.",
            ),
            models.CheckConstraint(
                condition=(Q(status=ClawbackStatus.NOTHING, amount=0, order=None, number=""))
                | (
                    ~Q(status=ClawbackStatus.NOTHING)
                    & Q(amount__gt=0, order__isnull=False)
                    & ~Q(number="")
                ),
                name="clawback_has_its_order",
                violation_error_message="Un montant à rembourser a son numéro et son ordre.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(explanation=""),
                name="clawback_is_explained",
                violation_error_message="Un reversement a son motif et son calcul.",
            ),
            models.CheckConstraint(
                condition=Q(status=ClawbackStatus.PAID, paid_on__isnull=False, waiver_reason="")
                & ~Q(treasury_number="")
                | Q(status=ClawbackStatus.WAIVED, paid_on=None, treasury_number="")
                & ~Q(waiver_reason="")
                | Q(
                    status__in=(ClawbackStatus.ISSUED, ClawbackStatus.NOTHING),
                    paid_on=None,
                    treasury_number="",
                    waiver_reason="",
                ),
                name="clawback_closed_is_complete",
                violation_error_message=(
                    "Un remboursement a sa date et son numéro, une remise a son motif."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(ClawbackStatus.PAID, ClawbackStatus.WAIVED))
                | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="clawback_closed_by_someone",
                violation_error_message="Un reversement clos nomme qui l’a clos.",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="status_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in CLAWBACK_MOVES],
            ),
            pgtrigger.ReadOnly(
                name="reckoning_is_frozen",
                fields=[
                    *("case_file", "cause", "promise", "number", "amount", "paid"),
                    *("breakdown", "explanation", "reason", "order", "issued_by", "issued_at"),
                ],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"Reversement {self.number or '(rien à rembourser)'}"
