from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.awards.models.diploma_guard import comes_before_practice


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="GraduationHistory",
)
class Graduation(models.Model):
    """The end of a course: nothing is renewed after it, and the practice owed may begin."""

    case_file = models.OneToOneField(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="graduation"
    )
    graduated_on = models.DateField("diplôme obtenu le")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "diplôme"
        verbose_name_plural = "diplômes"
        constraints = (
            models.CheckConstraint(
                condition=Q(recorded_at__date__gte=F("graduated_on")),
                name="graduation_before_its_record",
                violation_error_message="Un diplôme s’enregistre une fois obtenu.",
            ),
        )

        triggers = (comes_before_practice(),)

    def __str__(self) -> str:
        return f"Diplôme ({self.case_file_id})"
