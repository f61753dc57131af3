"""On the pages of one file, the applicant's and the desk's: until when its data are kept."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import User
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.models import CaseFile
from apps.casefiles.sections import Section, adds_fact, adds_section, adds_to_draft
from apps.privacy.models import RetentionPeriod
from apps.privacy.outcomes import RetentionEnd, end_of, has_length
from apps.privacy.periods import decided_periods, lengths

adds_fact("decided_periods", decided_periods())


def _end(case_file: CaseFile) -> RetentionEnd:
    """No query: what staff decided is read with the file, and its payments are already there."""
    if not has_length(case_file):
        return end_of(case_file, {})
    rows: list[dict[str, Any]] = case_file.decided_periods  # type: ignore[attr-defined] # a fact
    return end_of(case_file, lengths(RetentionPeriod(**row) for row in rows))


@adds_section
@adds_to_draft
def retention_section(case_file: CaseFile) -> Section:
    return Section(template="privacy/section.html", context={"end": _end(case_file)})


@adds_panel
def retention_panel(case_file: CaseFile, user: User) -> Panel:
    return Panel(
        template="admin/privacy/panel.html", context={"end": _end(case_file)}, in_aside=True
    )
