"""Which months are asked for today, and who is reminded: run by a job, as often as one likes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from apps.awards.attestation_links import (
    AWAITING_STATUSES,
    MAX_REMINDERS,
    REMIND_AFTER,
    current_attester,
    months_due,
    send_link,
    why_not_send,
)
from apps.awards.enums import ProofKind
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import lock
from apps.core import clock


def files_to_ask(on: date) -> list[CaseFile]:
    """The files with a month that is over and that nobody attested: one query."""
    return list(
        CaseFile.objects.filter(
            instalments__proof_kind=ProofKind.ATTESTATION,
            instalments__status__in=AWAITING_STATUSES,
            instalments__due_on__lt=on,
            instalments__attestation=None,
            state=CaseFileState.ACTIVE,
        )
        .exclude(channel=Channel.ARCHIVE)
        .distinct()
        .order_by("pk")
    )


def ask_attestations(*, at: datetime | None = None) -> int:
    """Send a link, or a reminder, for each file that is due one; how many were sent.

    Each file is a transaction of its own, and what was sent is looked at under its lock: a
    second run, or one beside, sends nothing.
    """
    at = at or clock.now()
    sent = 0
    for case_file in files_to_ask(clock.paris_date(at)):
        with transaction.atomic():
            if is_due_a_link(lock(case_file), at=at):
                send_link(case_file=case_file, at=at)
                sent += 1
    return sent


def is_due_a_link(case_file: CaseFile, *, at: datetime) -> bool:
    """A first link once a month is over, then three reminders, a week apart."""
    on = clock.paris_date(at)
    attester = current_attester(case_file)
    newest = months_due(case_file, on=on).last()
    if attester is None or newest is None or why_not_send(case_file, on=on):
        return False
    links = list(
        case_file.attestation_links.filter(
            email__iexact=attester.email, sent_at__date__gt=newest.due_on
        )
    )
    if not links:
        return True
    return len(links) <= MAX_REMINDERS and links[0].sent_at + REMIND_AFTER <= at
