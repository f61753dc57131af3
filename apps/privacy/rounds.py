"""The nightly round: tell two weeks before, then erase what has had its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from apps.casefiles.enums import Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.notifications import write_to_applicant
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.privacy.enums import DeletionCause
from apps.privacy.erasure import erase_case_file
from apps.privacy.models import DeletionRecord, RetentionNotice, RetentionRun
from apps.privacy.outcomes import (
    OUTCOME_OF,
    Lengths,
    Outcome,
    end_of,
    outcome_of,
    rule_code,
)
from apps.privacy.periods import RuleLine, lengths, rule_lines

NOTICE = timedelta(days=14)


def run_retention(*, at: datetime) -> RetentionRun:
    """Apply every rule once. Side effects: e-mails, erasures, the register; twice changes nothing.

    Each file is a transaction of its own: a round that is stopped goes on the next night.
    """
    run = RetentionRun.objects.create(started_at=at)
    lines = rule_lines()
    for line in lines:
        _apply(line, run, at=at)
    by_code = {line.rule.code: line for line in lines}
    for case_file, ends_on in ending_files(lengths(), on=clock.paris_date(at) + NOTICE):
        if _may_erase(case_file, ends_on, at=at):
            _erase(case_file, by_code, run, at=at)
        elif _tell(case_file, ends_on, at=at):
            run.notices += 1
    run.save(update_fields=["notices"])
    return run


def finish(run: RetentionRun, *, at: datetime) -> None:
    run.finished_at = at
    run.save(update_fields=["finished_at"])


def _apply(line: RuleLine, run: RetentionRun, *, at: datetime) -> None:
    if line.rule.forget is None or line.length is None:
        return
    with transaction.atomic():
        count = line.rule.forget(line.length.before(clock.paris_date(at)), at)
        if count:
            DeletionRecord.objects.create(
                run=run,
                rule=line.rule.code,
                label=line.rule.label,
                cause=DeletionCause.PERIOD,
                at=at,
                count=count,
            )


def ending_files(in_force: Lengths, *, on: date) -> Iterator[tuple[CaseFile, date]]:
    """The files whose time ends on a day or earlier, with their own day."""
    for programme in programmes:
        for state, outcome in OUTCOME_OF.items():
            length = in_force[rule_code(programme.slug, outcome)]
            if length is None:
                continue
            begins = "created_at" if outcome == Outcome.DRAFT else "closed_at"
            files = CaseFile.objects.filter(
                programme=programme.slug,
                state=state,
                erased_at=None,
                **{f"{begins}__date__lte": length.before(on)},
            )
            for case_file in files.iterator():
                ends_on = end_of(case_file, in_force).on
                if ends_on is not None and ends_on <= on:
                    yield case_file, ends_on


def _may_erase(case_file: CaseFile, ends_on: date, *, at: datetime) -> bool:
    """Its day has come, and whoever has an address was told two weeks ago."""
    if clock.paris_date(at) < ends_on:
        return False
    if not _has_somebody_to_tell(case_file):
        return True
    return case_file.retention_notices.filter(ends_on=ends_on, sent_at__lte=at - NOTICE).exists()


def _has_somebody_to_tell(case_file: CaseFile) -> bool:
    return bool(case_file.email) and case_file.channel != Channel.ARCHIVE


@transaction.atomic
def _tell(case_file: CaseFile, ends_on: date, *, at: datetime) -> bool:
    """Once for each day of end; told late, the person still has two weeks."""
    if not _has_somebody_to_tell(case_file):
        return False
    _, is_new = RetentionNotice.objects.get_or_create(
        case_file=case_file, ends_on=ends_on, defaults={"sent_at": at}
    )
    if is_new:
        day = max(ends_on, clock.paris_date(at) + NOTICE)
        write_to_applicant("retention-notice", case_file, {"erased_on": day})
    return is_new


def _erase(
    case_file: CaseFile, by_code: Mapping[str, RuleLine], run: RetentionRun, *, at: datetime
) -> None:
    outcome = outcome_of(case_file)
    if outcome is None:
        return
    line = by_code[rule_code(case_file.programme, outcome)]
    erase_case_file(
        case_file,
        rule=line.rule.code,
        label=line.rule.label,
        cause=DeletionCause.PERIOD,
        at=at,
        run=run,
    )
