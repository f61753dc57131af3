"""The reports that no payment waits for, the final one mostly: asked, reminded, given.

Nothing is asked about an act of the archive, whose projects ended before the portal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.casefiles.enums import AWARDED_STATES, CaseFileState, Channel, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.notifications import case_file_url, write_to_applicant
from apps.core import clock
from apps.core.dates import add_years, format_date
from apps.core.words import lower_first
from apps.programmes.innovation.calls import SLUG
from apps.programmes.innovation.models import ReportRequest, YearReport
from apps.programmes.innovation.payments import years_without_payment
from apps.programmes.innovation.reports import report_title, write_report

# As for the proofs of payments: time to write it, then a few reminders, then somebody calls.
ASK_DAYS_BEFORE = 45
REMIND_EVERY = timedelta(days=21)
MOST_REMINDERS = 3


@dataclass(frozen=True, kw_only=True)
class DueReport:
    """A report to give on the portal; `report` once it is given, `request` once it is asked."""

    year: int
    title: str
    due_on: date
    report: YearReport | None
    request: ReportRequest | None

    @property
    def is_awaited(self) -> bool:
        return self.request is not None and self.report is None


def due_reports(case_file: CaseFile) -> list[DueReport]:
    """The reports of an award that no payment waits for, in their order: three queries."""
    if case_file.state not in AWARDED_STATES or case_file.channel == Channel.ARCHIVE:
        return []
    detail = case_file.innovation_detail
    reports = {report.year: report for report in detail.reports.all()}
    requests = {request.year: request for request in detail.report_requests.all()}
    return [
        DueReport(
            year=year,
            title=report_title(detail, year=year),
            due_on=_due_on(case_file, year),
            report=reports.get(year),
            request=requests.get(year),
        )
        for year in years_without_payment(case_file)
    ]


def _due_on(case_file: CaseFile, year: int) -> date:
    """So many years after the decision, as payments count them (payments.plan_years)."""
    if case_file.decided_at is None:
        raise ValueError(f"{case_file.reference} was not decided")
    return add_years(clock.paris_date(case_file.decided_at), year)


def missing_reports(case_file: CaseFile) -> list[str]:
    """Why the award cannot be closed yet, one French sentence for each report."""
    return [
        f"Il manque un bilan : {lower_first(due.title)}."
        for due in due_reports(case_file)
        if due.report is None
    ]


def ask_reports(*, at: datetime) -> int:
    """By the job: ask for the reports whose time comes, remind of those that are late.

    A transaction for each award; how many e-mails were written. Does nothing twice.
    """
    active = CaseFile.objects.filter(programme=SLUG, state=CaseFileState.ACTIVE)
    sent = 0
    for case_file in active.exclude(channel=Channel.ARCHIVE).order_by("pk"):
        with transaction.atomic():
            locked = _lock(case_file)
            sent += sum(_follow(locked, due, at=at) for due in due_reports(locked))
    return sent


def _lock(case_file: CaseFile) -> CaseFile:
    return CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)


def _follow(case_file: CaseFile, due: DueReport, *, at: datetime) -> bool:
    if due.report or due.due_on - timedelta(days=ASK_DAYS_BEFORE) > clock.paris_date(at):
        return False
    if due.request is None:
        ReportRequest.objects.create(
            proposal=case_file.innovation_detail, year=due.year, due_on=due.due_on, asked_at=at
        )
        words = f"Bilan demandé : {lower_first(due.title)}, pour le {format_date(due.due_on)}"
        record_event(case_file, EventKind.AWARD_FOLLOWED, actor=None, at=at, comment=words)
        _write("innovation-report-asked", case_file, due)
        return True
    request, last = due.request, due.request.reminded_at or due.request.asked_at
    if request.reminder_count >= MOST_REMINDERS or last + REMIND_EVERY > at:
        return False
    request.reminded_at, request.reminder_count = at, request.reminder_count + 1
    request.save(update_fields=["reminded_at", "reminder_count"])
    _write("innovation-report-reminder", case_file, due)
    return True


def _write(kind: str, case_file: CaseFile, due: DueReport) -> None:
    has_account = case_file.applicant_id is not None
    extra = {"report": lower_first(due.title), "due_on": due.due_on, "has_account": has_account}
    if has_account:
        extra["url"] = f"{case_file_url(case_file)}bilans/{due.year}/"
    write_to_applicant(kind, case_file, extra)


def why_not_give(case_file: CaseFile, due: DueReport, *, on: date) -> str:
    """Reason why this report cannot be written now, or an empty string."""
    if case_file.state != CaseFileState.ACTIVE:
        return "Ce dossier n’est plus en cours : ses bilans ne changent plus."
    opens_on = due.due_on - timedelta(days=ASK_DAYS_BEFORE)
    if on < opens_on:
        return f"Ce bilan s’écrit à partir du {format_date(opens_on)}."
    return ""


@transaction.atomic
def give_report(
    *, case_file: CaseFile, year: int, answers: Mapping[str, Any], by: User, at: datetime
) -> YearReport:
    """Keep the report on a year, in place of a former one.

    Side effect: a line in the file's story. Raises ValidationError.
    """
    locked = _lock(case_file)
    due = next((due for due in due_reports(locked) if due.year == year), None)
    if due is None:
        raise ValidationError("Aucun bilan n’est attendu pour cette année.")
    if reason := why_not_give(locked, due, on=clock.paris_date(at)):
        raise ValidationError(reason)
    report = write_report(locked.innovation_detail, year=year, answers=answers, at=at)
    words = f"{due.title} remis" if due.report is None else f"{due.title} remplacé"
    record_event(locked, EventKind.AWARD_FOLLOWED, actor=by, at=at, comment=words)
    return report
