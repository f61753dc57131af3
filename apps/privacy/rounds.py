"""The nightly round: tell two weeks before, then erase what has had its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.accounts.retention import UNUSED
from apps.casefiles.enums import Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.notifications import write_to_applicant
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.core import clock
from apps.core.retention import Length
from apps.notifications.queue import queue_email
from apps.privacy.enums import DeletionCause
from apps.privacy.erasure import erase_account, erase_case_file
from apps.privacy.models import DeletionRecord, RetentionNotice, RetentionRun
from apps.privacy.outcomes import (
    OUTCOME_OF,
    Lengths,
    Outcome,
    end_of,
    outcome_of,
    rule_code,
)
from apps.privacy.periods import RuleLine, rule_lines
from apps.privacy.unused_accounts import end_of_account, unused_accounts

NOTICE = timedelta(days=14)


def run_retention(*, at: datetime) -> RetentionRun:
    """Apply every rule once. Side effects: e-mails, erasures, the register; twice changes nothing.

    Each file and each account is a transaction of its own: a round that is stopped goes on the
    next night.
    """
    run = RetentionRun.objects.create(started_at=at)
    by_code = {line.rule.code: line for line in rule_lines()}
    for line in by_code.values():
        _apply(line, run, at=at)
    in_force = {code: line.length for code, line in by_code.items()}
    soon = clock.paris_date(at) + NOTICE
    for case_file, ends_on in ending_files(in_force, on=soon):
        if _may_erase_file(case_file, ends_on, at=at):
            _erase_file(case_file, by_code, run, ends_on=ends_on, at=at)
        elif _tell_applicant(case_file, ends_on, at=at):
            run.notices += 1
    if unused := in_force[UNUSED]:
        run.notices += _end_unused_accounts(unused, run, at=at)
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


def _is_due(notices: QuerySet[RetentionNotice], ends_on: date, *, at: datetime) -> bool:
    """The day has come, and the person was told of it two weeks ago."""
    has_come = clock.paris_date(at) >= ends_on
    return has_come and notices.filter(ends_on=ends_on, sent_at__lte=at - NOTICE).exists()


def _told_day(ends_on: date, *, at: datetime) -> date:
    """Told late, the person still has two weeks."""
    return max(ends_on, clock.paris_date(at) + NOTICE)


# --- Case files


def ending_files(in_force: Lengths, *, on: date) -> Iterator[tuple[CaseFile, date]]:
    """The files whose time ends on a day or earlier, with their own day."""
    for programme in programmes:
        for state, outcome in OUTCOME_OF.items():
            length = in_force[rule_code(programme.slug, outcome)]
            if length is None:
                continue
            begins = "changed_at" if outcome == Outcome.DRAFT else "closed_at"
            files = CaseFile.objects.filter(programme=programme.slug, state=state, erased_at=None)
            ending = files.annotate(begins=Coalesce(begins, "created_at")).filter(
                begins__date__lte=length.latest_start(on)
            )
            for case_file in ending.iterator():
                ends_on = end_of(case_file, in_force).on
                if ends_on is not None and ends_on <= on:
                    yield case_file, ends_on


def _may_erase_file(case_file: CaseFile, ends_on: date, *, at: datetime) -> bool:
    if not _has_somebody_to_tell(case_file):
        return clock.paris_date(at) >= ends_on
    return _is_due(case_file.retention_notices.all(), ends_on, at=at)


def _has_somebody_to_tell(case_file: CaseFile) -> bool:
    return bool(case_file.email) and case_file.channel != Channel.ARCHIVE


@transaction.atomic
def _tell_applicant(case_file: CaseFile, ends_on: date, *, at: datetime) -> bool:
    """Once for each day of end."""
    if not _has_somebody_to_tell(case_file):
        return False
    _, is_new = RetentionNotice.objects.get_or_create(
        case_file=case_file, ends_on=ends_on, defaults={"sent_at": at}
    )
    if is_new:
        day = _told_day(ends_on, at=at)
        write_to_applicant("retention-notice", case_file, {"erased_on": day})
    return is_new


@transaction.atomic
def _erase_file(
    case_file: CaseFile,
    by_code: Mapping[str, RuleLine],
    run: RetentionRun,
    *,
    ends_on: date,
    at: datetime,
) -> None:
    """Asked again once locked: the person may have gone on with a draft, or sent it."""
    locked = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    in_force = {code: line.length for code, line in by_code.items()}
    outcome = outcome_of(locked)
    if outcome is None or end_of(locked, in_force).on != ends_on:
        return
    rule = by_code[rule_code(locked.programme, outcome)].rule
    erase_case_file(
        locked, rule=rule.code, label=rule.label, cause=DeletionCause.PERIOD, at=at, run=run
    )


# --- Accounts that nobody uses


def _end_unused_accounts(length: Length, run: RetentionRun, *, at: datetime) -> int:
    """Tell, then erase; how many were told."""
    soon, told = clock.paris_date(at) + NOTICE, 0
    for account in unused_accounts(until=length.latest_start(soon)).iterator():
        ends_on = end_of_account(account, length)
        if _is_due(account.retention_notices.all(), ends_on, at=at):
            _erase_account(account, length, run, ends_on=ends_on, at=at)
        elif ends_on <= soon:
            told += _tell_account(account, ends_on, at=at)
    return told


@transaction.atomic
def _tell_account(account: User, ends_on: date, *, at: datetime) -> bool:
    """Once for each day of end: who signs in again is told anew, later."""
    _, is_new = RetentionNotice.objects.get_or_create(
        user=account, ends_on=ends_on, defaults={"sent_at": at}
    )
    if is_new:
        queue_email(
            "account-notice",
            to=account.email,
            context={
                "name": account.get_full_name(),
                "closed_on": _told_day(ends_on, at=at),
                "url": f"{settings.PUBLIC_URL}/compte/",
                "service": service(),
            },
            at=at,
        )
    return is_new


@transaction.atomic
def _erase_account(
    account: User, length: Length, run: RetentionRun, *, ends_on: date, at: datetime
) -> None:
    """Asked again once locked: the person may have signed in, or begun a request."""
    User.objects.select_for_update(of=("self",)).get(pk=account.pk)
    again = unused_accounts(until=clock.paris_date(at)).filter(pk=account.pk).first()
    if again and end_of_account(again, length) == ends_on:
        erase_account(account, at=at, cause=DeletionCause.PERIOD, run=run)
