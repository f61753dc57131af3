from __future__ import annotations

from apps.casefiles.models import CaseFile
from tests.casefiles.programme_contract import ProgrammeContract
from tests.factories.casefiles import fill_installation


class TestInstallation(ProgrammeContract):
    slug = "installation"

    def answer_everything(self, case_file: CaseFile) -> None:
        fill_installation(case_file)
