from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.casefiles.enums import LetterKind


class Letter(models.Model):
    """A PDF that the guichet sent: receipt or decision. Never rewritten."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="letters"
    )
    kind = models.CharField(max_length=12, choices=LetterKind.choices)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="letter")
    issued_at = models.DateTimeField("établi le")

    class Meta:
        verbose_name = "courrier"
        verbose_name_plural = "courriers"
        ordering = ("issued_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.values), name="letter_kind_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.case_file_id})"
