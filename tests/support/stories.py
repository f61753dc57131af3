"""What a case file tells of itself."""

from __future__ import annotations

from apps.casefiles.models import CaseFile
from tests.support.text import plain


def statuses(case_file: CaseFile) -> list[str]:
    """Those of its payments."""
    return list(case_file.instalments.values_list("status", flat=True))


def story(case_file: CaseFile) -> list[str]:
    """The lines of its history, with plain spaces."""
    return [plain(event.label) for event in case_file.events.all()]
