from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.casefiles.enums import ReviewStatus


class InstalmentProofQuerySet(models.QuerySet["InstalmentProof"]):
    def to_review(self) -> InstalmentProofQuerySet:
        return self.filter(status=ReviewStatus.RECEIVED)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="InstalmentProofHistory",
)
class InstalmentProof(models.Model):
    """A file that makes an instalment due, and its check. Several photographs: one row each."""

    instalment = models.ForeignKey(
        "awards.Instalment", on_delete=models.PROTECT, related_name="proofs"
    )
    file = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        related_name="instalment_proof",
        verbose_name="fichier",
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="remis par",
    )
    given_at = models.DateTimeField("remis le")
    status = models.CharField(
        "contrôle", max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.RECEIVED
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="contrôlé par",
    )
    reviewed_at = models.DateTimeField("contrôlé le", null=True, blank=True)
    comment = models.CharField("motif", max_length=500, blank=True)

    objects = InstalmentProofQuerySet.as_manager()

    class Meta:
        verbose_name = "justificatif de versement"
        verbose_name_plural = "justificatifs de versement"
        ordering = ("given_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=ReviewStatus.values), name="instalment_proof_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ReviewStatus.RECEIVED, reviewed_at=None)
                | (~Q(status=ReviewStatus.RECEIVED) & Q(reviewed_at__isnull=False)),
                name="instalment_proof_reviewed_at_matches",
                violation_error_message="La date de contrôle accompagne le résultat.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.REFUSED) | ~Q(comment=""),
                name="instalment_proof_refusal_has_reason",
                violation_error_message="Dites pourquoi le justificatif est à remplacer.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None) | Q(reviewed_at__gte=F("given_at")),
                name="instalment_proof_dates_ordered",
                violation_error_message="Un justificatif se contrôle après sa remise.",
            ),
        )

    def __str__(self) -> str:
        return f"Justificatif du versement {self.instalment_id}"

    def is_accepted_by(self, user: User) -> bool:
        return self.status == ReviewStatus.ACCEPTED and self.reviewed_by_id == user.pk
