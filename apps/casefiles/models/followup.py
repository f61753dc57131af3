from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.core.one_time_codes import OneTimeCode


class FollowUpCode(OneTimeCode):
    """A code sent by e-mail to follow a file without an account; only its digest is kept."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.CASCADE, related_name="follow_up_codes"
    )

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
