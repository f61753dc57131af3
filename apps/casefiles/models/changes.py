from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.casefiles.enums import ChangeTarget
from apps.core.dates import format_date


class ChangeRequest(models.Model):
    """Corrections asked from the applicant; only the listed points are open for change."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="change_requests"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField("demandé le")
    due_on = models.DateField("à rendre pour le")
    message = models.TextField("message", blank=True)
    stops_clock = models.BooleanField("suspend le délai légal", default=False)
    answered_at = models.DateTimeField("rendu le", null=True)

    class Meta:
        verbose_name = "demande de corrections"
        verbose_name_plural = "demandes de corrections"
        ordering = ("requested_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("case_file",),
                condition=Q(answered_at=None),
                name="change_request_one_open",
                violation_error_message="Des corrections sont déjà attendues.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("requested_at")),
                name="change_request_dates_ordered",
                violation_error_message="Des corrections sont rendues après avoir été demandées.",
            ),
        )

    def __str__(self) -> str:
        return f"Corrections pour le {format_date(self.due_on)}"


class ChangeItem(models.Model):
    """One point to correct: an answer (« task.field ») or a piece (its slug)."""

    request = models.ForeignKey(
        ChangeRequest,
        on_delete=models.CASCADE,
        related_name="items",
        db_index=False,  # change_item_unique begins with it
    )
    target = models.CharField(max_length=10, choices=ChangeTarget.choices)
    key = models.CharField(max_length=120)
    label = models.CharField(max_length=200)
    reason = models.CharField("pourquoi", max_length=500)
    is_indispensable = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    old_value = models.TextField("réponse d’avant", blank=True)

    class Meta:
        verbose_name = "point à corriger"
        verbose_name_plural = "points à corriger"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("request", "target", "key"), name="change_item_unique"),
            models.CheckConstraint(
                condition=Q(target__in=ChangeTarget.values), name="change_item_target_known"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="change_item_has_reason",
                violation_error_message="Dites pourquoi ce point est à reprendre.",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def is_answer(self) -> bool:
        return self.target == ChangeTarget.ANSWER

    @property
    def task(self) -> str:
        """Slug of the page whose answer is asked again."""
        return self.key.partition(".")[0]
