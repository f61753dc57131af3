from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models


class DocumentAccess(models.Model):
    """An agent opened a document of somebody's: kept for whoever asks who read what."""

    document = models.ForeignKey(
        "casefiles.Document", on_delete=models.PROTECT, related_name="accesses"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ouverte le")

    class Meta:
        verbose_name = "ouverture de pièce"
        verbose_name_plural = "ouvertures de pièces"
        ordering = ("-at", "-id")
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.document_id} {self.user_id} {self.at:%F %T}"
