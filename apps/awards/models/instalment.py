from __future__ import annotations

from decimal import Decimal

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q, Sum

from apps.awards.enums import (
    COMMITTED_STATUSES,
    INSTALMENT_MOVES,
    UNSETTLED_STATUSES,
    InstalmentStatus,
    ProofKind,
)
from apps.awards.models.envelope_guard import instalment_fits


class InstalmentQuerySet(models.QuerySet["Instalment"]):
    def committed(self) -> InstalmentQuerySet:
        """What the council owes or has paid: everything but the cancelled ones."""
        return self.filter(status__in=COMMITTED_STATUSES)

    def unsettled(self) -> InstalmentQuerySet:
        return self.filter(status__in=UNSETTLED_STATUSES)

    def paid(self) -> InstalmentQuerySet:
        return self.filter(status=InstalmentStatus.PAID)

    def total(self) -> Decimal:
        """Euros of these instalments, zero for none: one query."""
        return self.aggregate(total=Sum("amount"))["total"] or Decimal(0)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="InstalmentHistory",
)
class Instalment(models.Model):
    """One payment of an award, from its plan (at the grant) to the treasury's number.

    `budget_year` is the year whose envelope bears it, for good: a payment made late stays with
    its year. The database refuses a status out of order and any change of a settled row.
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="instalments"
    )
    rank = models.PositiveSmallIntegerField("n°")
    label = models.CharField("intitulé", max_length=160)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2)
    budget_year = models.PositiveSmallIntegerField("exercice")
    due_on = models.DateField(
        "échéance", null=True, blank=True, help_text="Vide tant qu’elle n’est pas connue."
    )
    proof_kind = models.CharField(
        "justificatif", max_length=12, choices=ProofKind.choices, default=ProofKind.NONE
    )
    proof_label = models.CharField("justificatif demandé", max_length=200, blank=True)
    status = models.CharField(
        "état",
        max_length=10,
        choices=InstalmentStatus.choices,
        default=InstalmentStatus.PLANNED,
    )
    paid_on = models.DateField("payé le", null=True, blank=True)
    treasury_number = models.CharField("numéro du payeur", max_length=40, blank=True)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = "versement"
        verbose_name_plural = "versements"
        ordering = ("case_file", "rank")
        indexes = (
            # The accountant's lists, and the envelope of a year.
            models.Index(fields=("status", "due_on"), name="instalment_status_due"),
            models.Index(fields=("budget_year", "status"), name="instalment_budget_year"),
        )
        constraints = (
            models.UniqueConstraint(fields=("case_file", "rank"), name="instalment_rank_unique"),
            models.UniqueConstraint(
                fields=("treasury_number",),
                condition=~Q(treasury_number=""),
                name="instalment_paid_once",
                violation_error_message="Ce numéro du payeur est déjà celui d’un autre versement.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=InstalmentStatus.values), name="instalment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(proof_kind__in=ProofKind.values), name="instalment_proof_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="instalment_amount_positive",
                violation_error_message="Un versement a un montant.",
            ),
            models.CheckConstraint(
                condition=(Q(proof_kind=ProofKind.NONE, proof_label=""))
                | (~Q(proof_kind=ProofKind.NONE) & ~Q(proof_label="")),
                name="instalment_proof_is_named",
                violation_error_message="Dites quel justificatif est demandé.",
            ),
            models.CheckConstraint(
                condition=(Q(status=InstalmentStatus.PAID, paid_on__isnull=False))
                & ~Q(treasury_number="")
                | (~Q(status=InstalmentStatus.PAID) & Q(paid_on=None, treasury_number="")),
                name="instalment_paid_is_complete",
                violation_error_message="Un versement payé a sa date et le numéro du payeur.",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="status_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in INSTALMENT_MOVES],
            ),
            pgtrigger.Protect(
                name="settled_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="paid") | pgtrigger.Q(old__status="cancelled"),
            ),
            pgtrigger.ReadOnly(
                name="commitment_is_fixed", fields=["case_file", "rank", "amount", "budget_year"]
            ),
            instalment_fits(),
        )

    def __str__(self) -> str:
        return f"Versement {self.rank} ({self.case_file_id})"
