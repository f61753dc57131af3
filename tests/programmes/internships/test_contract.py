from __future__ import annotations

from apps.casefiles.models import CaseFile
from tests.casefiles.programme_contract import ProgrammeContract
from tests.factories.internships import duration_band, fill_internship


class TestRuralInternship(ProgrammeContract):
    """While no band is set: the published range."""

    slug = "stage-rural"

    def answer_everything(self, case_file: CaseFile) -> None:
        fill_internship(case_file)


class TestRuralInternshipWithBands(ProgrammeContract):
    slug = "stage-rural"

    def answer_everything(self, case_file: CaseFile) -> None:
        duration_band()
        fill_internship(case_file)
