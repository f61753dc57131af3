from __future__ import annotations

import pytest

from apps.casefiles.models import CaseFile
from tests.casefiles.programme_contract import ProgrammeContract
from tests.factories.innovation import fill_proposal, running_call


class TestInnovationCall(ProgrammeContract):
    slug = "innovation"

    @pytest.fixture(autouse=True)
    def _call(self, db: None) -> None:
        """A project answers a call: the open one takes it."""
        running_call()

    def answer_everything(self, case_file: CaseFile) -> None:
        fill_proposal(case_file)
