"""The reports and indicators of a project: for its owner, and for the desk."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.enums import AWARDED_STATES
from apps.casefiles.models import CaseFile
from apps.casefiles.sections import Action, Section, adds_section
from apps.core.words import lower_first
from apps.programmes.innovation.calls import SLUG
from apps.programmes.innovation.report_requests import due_reports
from apps.programmes.innovation.reports import indicator_table, report_title


@adds_section
def reports_section(case_file: CaseFile) -> Section | None:
    """What was reported, what is still to write, and the figures so far."""
    context = _reports(case_file)
    if context is None:
        return None
    return Section(
        template="programmes/innovation/reports_section.html",
        context=context,
        actions=tuple(
            Action(
                label=f"Écrire votre {lower_first(due.title)}",
                url=reverse("innovation:report", args=[case_file.reference, due.year]),
            )
            for due in context["due"]
            if due.is_awaited
        ),
    )


@adds_panel
def reports_panel(case_file: CaseFile, user: User) -> Panel | None:
    context = _reports(case_file)
    return (
        Panel(template="admin/innovation/reports_panel.html", context=context) if context else None
    )


def _reports(case_file: CaseFile) -> dict[str, Any] | None:
    """None for another programme, before the award, and where there is nothing to report."""
    if case_file.programme != SLUG or case_file.state not in AWARDED_STATES:
        return None
    detail = case_file.innovation_detail
    reports = list(detail.reports.prefetch_related("figures"))
    context = {
        "due": due_reports(case_file),
        "reports": [(report, report_title(detail, year=report.year)) for report in reports],
        "years": [report.year for report in reports],
        # What was promised is among the answers: a table needs something to compare it with.
        "indicators": indicator_table(detail, reports) if reports else [],
    }
    return context if any(context.values()) else None
