from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from apps.core.dates import format_datetime


class Access(models.Model):
    """An agent opened a paper of somebody's: kept for whoever asks who read what. Append-only."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("ouvert le")

    class Meta:
        abstract = True
        ordering = ("-at", "-id")
        # The latest of all, for the auditor.
        indexes = (models.Index(fields=("-at",), name="%(class)s_at"),)
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )


class DocumentAccess(Access):
    """A piece of a request was opened."""

    document = models.ForeignKey(
        "casefiles.Document", on_delete=models.PROTECT, related_name="accesses"
    )

    class Meta(Access.Meta):
        verbose_name = "ouverture de pièce"
        verbose_name_plural = "ouvertures de pièces"

    def __str__(self) -> str:
        return f"{self.document_id} {self.user_id} {format_datetime(self.at)}"
