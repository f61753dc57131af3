from __future__ import annotations

from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum

from apps.accounts.models import User
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.enums import DecisionRoute


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def total(self) -> Decimal:
        """Euros that these amendments add, zero for none: one query."""
        return self.aggregate(total=Sum("amount"))["total"] or Decimal(0)


@pghistory.track(pghistory.InsertEvent(), model_name="AmendmentHistory")
class Amendment(models.Model):
    """Euros added to an award after its decision, decided in their turn by two persons.

    A row is a decision taken: it never changes (trigger). The award of a file is its
    `granted_amount` and its amendments; `budget_year` is the year whose envelope bears this one.
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="amendments"
    )
    rank = models.PositiveSmallIntegerField("n°")
    label = models.CharField("objet", max_length=160)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2)
    budget_year = models.PositiveSmallIntegerField("exercice")
    breakdown = models.JSONField("calcul figé", null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField("proposé le")
    route = models.CharField("décidé par", max_length=10, choices=DecisionRoute.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField("décidé le")
    decided_at = models.DateTimeField("enregistré le")
    deliberation = models.CharField("délibération", max_length=60, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = "avenant"
        verbose_name_plural = "avenants"
        ordering = ("case_file", "rank")
        constraints = (
            models.UniqueConstraint(fields=("case_file", "rank"), name="amendment_rank_unique"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="amendment_amount_positive",
                violation_error_message="Un avenant ajoute un montant.",
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="amendment_has_label",
                violation_error_message="Dites ce que l’avenant ajoute.",
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("decided_by")),
                name="amendment_needs_two_persons",
                violation_error_message="Qui propose un avenant ne le décide pas.",
            ),
            models.CheckConstraint(
                condition=Q(route__in=DecisionRoute.values), name="amendment_route_known"
            ),
            models.CheckConstraint(
                condition=Q(route=DecisionRoute.DELEGATION)
                | (Q(route=DecisionRoute.COMMISSION) & ~Q(deliberation="")),
                name="amendment_route_is_complete",
                violation_error_message="Un avenant voté porte le numéro de sa délibération.",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__date__gte=F("decided_on"))
                & Q(decided_at__gte=F("proposed_at")),
                name="amendment_dates_ordered",
                violation_error_message="Un avenant se propose, se décide, puis s’enregistre.",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="amendment_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"Avenant {self.rank} ({self.case_file_id})"

    def is_made_by(self, user: User) -> bool:
        """Whether this person proposed it, or decided it."""
        return user.pk in (self.proposed_by_id, self.decided_by_id)

    @property
    def frozen_breakdown(self) -> AmountBreakdown | None:
        """What the rules said that day; None when they gave no amount."""
        return AmountBreakdown.from_json(self.breakdown) if self.breakdown else None
