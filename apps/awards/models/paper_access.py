from __future__ import annotations

from django.db import models

from apps.casefiles.models.access import Access
from apps.core.dates import format_datetime


class PaperAccess(Access):
    """A paper of an award was opened: a proof, a certificate, a signed copy.

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

    class Meta(Access.Meta):
        verbose_name = "ouverture de justificatif"
        verbose_name_plural = "ouvertures de justificatifs"

    def __str__(self) -> str:
        return f"{self.file_id} {self.user_id} {format_datetime(self.at)}"
