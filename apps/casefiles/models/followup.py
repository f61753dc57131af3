from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class FollowUpCode(models.Model):
    """A code sent by e-mail to follow a file without an account; only its digest is kept."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.CASCADE, related_name="follow_up_codes"
    )
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "code de suivi"
        verbose_name_plural = "codes de suivi"
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="follow_up_code_expires_later",
                violation_error_message="Un code expire après sa création.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_file_id} ({self.created_at:%F %T})"
