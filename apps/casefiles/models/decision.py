from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.casefiles.amounts import AmountBreakdown, amount_or_unpublished, granting
from apps.casefiles.enums import DecisionRoute, Outcome


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> DecisionQuerySet:
        return self.filter(cancelled_at=None)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="DecisionHistory",
)
class Decision(models.Model):
    """A proposal, then the decision taken on it; at most one stands per file.

    It keeps what the rules said that day (lines, rates, zone), so that a later change of rates
    changes no past decision.
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="decisions"
    )
    outcome = models.CharField("sens", max_length=10, choices=Outcome.choices)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2, null=True, blank=True)
    is_amount_unpublished = models.BooleanField(
        "montant non publié",
        default=False,
        help_text="Un acte ancien dont la source ne donne pas le montant.",
    )
    reason = models.TextField("motif", blank=True, help_text="Repris dans la lettre.")
    breakdown = models.JSONField("calcul figé", null=True, blank=True)
    facts = models.JSONField("faits figés", default=dict, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField("proposé le")
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    route = models.CharField(max_length=10, choices=DecisionRoute.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_on = models.DateField(
        "décidé le", null=True, help_text="Jour de la commission ; vide si la source ne le dit pas."
    )
    decided_at = models.DateTimeField("enregistré le", null=True)
    deliberation = models.CharField("délibération", max_length=60, blank=True)
    cancelled_at = models.DateTimeField("annulé le", null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        verbose_name_plural = "décisions"
        ordering = ("-proposed_at",)
        indexes = (
            # Envelopes say how many awards their figures leave out: a few acts of the archive.
            models.Index(
                fields=("case_file",),
                condition=Q(is_amount_unpublished=True),
                name="decision_amount_unpublished",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("case_file",),
                condition=Q(cancelled_at=None),
                name="decision_one_standing",
                violation_error_message="Une décision est déjà proposée pour ce dossier.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="decision_outcome_known"
            ),
            models.CheckConstraint(
                # A comparison with NULL is unknown, and a CHECK lets the unknown through.
                condition=Q(
                    outcome=Outcome.GRANT,
                    amount__isnull=False,
                    amount__gt=0,
                    is_amount_unpublished=False,
                )
                | Q(outcome=Outcome.GRANT, amount=None, is_amount_unpublished=True)
                | (
                    Q(outcome=Outcome.REJECT, amount=None, is_amount_unpublished=False)
                    & ~Q(reason="")
                ),
                name="decision_outcome_is_complete",
                violation_error_message="Accorder demande un montant, refuser un motif.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="decision_two_persons",
                violation_error_message="La personne qui propose n’est pas celle qui décide.",
            ),
            models.CheckConstraint(
                condition=Q(scheduled_by=None) | ~Q(scheduled_by=F("proposed_by")),
                name="decision_two_persons_schedule",
                violation_error_message="La personne qui propose n’inscrit pas en commission.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, decided_on=None, deliberation="")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decision_taken_is_complete",
                violation_error_message="Une décision prise nomme qui, et quand.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(route=DecisionRoute.DELEGATION)
                | ~Q(deliberation=""),
                name="decision_by_vote_has_deliberation",
                violation_error_message="Un vote a un numéro de délibération.",
            ),
            models.CheckConstraint(
                condition=Q(route__in=DecisionRoute.values), name="decision_route_known"
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="unpublished_only_in_archive",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("is_amount_unpublished", "case_file_id"),
                condition=pgtrigger.Q(new__is_amount_unpublished=True),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM casefiles_casefile
                        WHERE id = NEW.case_file_id AND channel = 'archive'
                    ) THEN
                        RAISE EXCEPTION 'file % is no act of the archive', NEW.case_file_id
                            USING ERRCODE = 'check_violation',
                                CONSTRAINT = 'decision_unpublished_only_in_archive';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.case_file_id})"

    @property
    def is_decided(self) -> bool:
        return self.decided_at is not None

    @property
    def amount_label(self) -> str:
        """What is granted, in words; empty for a refusal."""
        return amount_or_unpublished(self.amount) if self.outcome == Outcome.GRANT else ""

    @property
    def proposal_label(self) -> str:
        """« accorder 35 000 € », « refuser »."""
        return granting(self.amount) if self.outcome == Outcome.GRANT else "refuser"

    @property
    def frozen_breakdown(self) -> AmountBreakdown | None:
        return AmountBreakdown.from_json(self.breakdown) if self.breakdown else None
