"""On the pages of one file, the applicant's and the desk's: until when its data are kept."""

from __future__ import annotations

from apps.accounts.models import User
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.models import CaseFile
from apps.casefiles.sections import Section, adds_section
from apps.privacy.outcomes import RetentionEnd, end_of, has_length
from apps.privacy.periods import lengths


def _end(case_file: CaseFile) -> RetentionEnd:
    """No query while the request is being studied: nothing is counted yet."""
    return end_of(case_file, lengths() if has_length(case_file) else {})


@adds_section
def retention_section(case_file: CaseFile) -> Section:
    return Section(template="privacy/section.html", context={"end": _end(case_file)})


@adds_panel
def retention_panel(case_file: CaseFile, user: User) -> Panel:
    return Panel(
        template="admin/privacy/panel.html", context={"end": _end(case_file)}, in_aside=True
    )
