"""Commitments that run, made by the verbs that people use."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from apps.accounts.models import User
from apps.awards.commitments import record_first_day
from apps.awards.enums import InstalmentStatus
from apps.awards.models import AwardTerms, Commitment, Promise
from apps.casefiles.models import CaseFile
from tests.factories.awards import active_file

FIRST_DAY = date(2027, 1, 4)
# The day after: when staff record it.
RECORDED_AT = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


def award_terms(**options: int | None) -> AwardTerms:
    """Fictitious terms of the installation aid, five years unless said otherwise."""
    return AwardTerms.objects.create(
        programme="installation",
        valid_during=(date(2020, 1, 1), None),
        source="Délibération fictive",
        **({"commitment_months": 60} | options),
    )


def waiting_commitment(*, actor: User, **file: Any) -> Commitment:
    """Of an active convention, before the first day of practice."""
    return active_file(actor=actor, **file).commitment


def running_commitment(
    *, actor: User, months: int | None = 60, every: int | None = None, **file: Any
) -> Commitment:
    """It began on 4 January 2027; proofs are asked every so many months."""
    if months is not None:
        award_terms(commitment_months=months, proof_every_months=every)
    return record_first_day(
        commitment=waiting_commitment(actor=actor, **file),
        actor=actor,
        started_on=FIRST_DAY,
        at=RECORDED_AT,
    )


def promise_of(commitment: Commitment) -> Promise:
    return Promise.objects.select_related("commitment__case_file").get(commitment=commitment)


def pay_all(case_file: CaseFile, *, on: date = FIRST_DAY) -> None:
    """Every instalment as the treasury leaves it: 37 000 € for the usual file."""
    for number, instalment in enumerate(case_file.instalments.all(), start=1):
        rows = case_file.instalments.filter(pk=instalment.pk)
        for status in (InstalmentStatus.DUE, InstalmentStatus.VALIDATED, InstalmentStatus.EXPORTED):
            rows.update(status=status)
        rows.update(
            status=InstalmentStatus.PAID,
            paid_on=on,
            treasury_number=f"MANDAT-{case_file.pk}-{number}",
        )
