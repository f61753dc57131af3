from __future__ import annotations

from apps.casefiles.models import CaseFile
from tests.casefiles.programme_contract import ProgrammeContract
from tests.factories.bursaries import fill_bursary


class TestStudentBursary(ProgrammeContract):
    slug = "bourse-etudes"

    def answer_everything(self, case_file: CaseFile) -> None:
        fill_bursary(case_file)
