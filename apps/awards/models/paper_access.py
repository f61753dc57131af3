from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models


class PaperAccess(models.Model):
    """An agent opened a paper of an award: a proof, a certificate, a signed copy. Append-only.

    As casefiles keeps for the pieces of a request; looks at a RIB say why too (bank details).
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile",
        on_delete=models.PROTECT,
        related_name="paper_accesses",
        verbose_name="dossier",
    )
    file = models.ForeignKey(
        "files.StoredFile",
        on_delete=models.PROTECT,
        related_name="paper_accesses",
        verbose_name="fichier",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("ouvert le")

    class Meta:
        verbose_name = "ouverture de justificatif"
        verbose_name_plural = "ouvertures de justificatifs"
        ordering = ("-at", "-id")
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.file_id} {self.user_id} {self.at:%F %T}"
