from __future__ import annotations

from django.db import models

from apps.casefiles.models.casefile import CaseFile
from apps.territory.models import Commune


class PlacedDetail(models.Model):
    """A programme's detail whose place is on the case file: the desk searches all of them by it."""

    case_file: models.OneToOneField[CaseFile, CaseFile]

    class Meta:
        abstract = True

    @property
    def commune(self) -> Commune | None:
        return self.case_file.commune

    @property
    def commune_id(self) -> str | None:
        return self.case_file.commune_id
