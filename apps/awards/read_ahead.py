"""What the desk's page of a file reads of its award, once for every panel and reason that asks."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from apps.awards.agenda import keep_standing_items
from apps.awards.incompatibilities import keep_clashes
from apps.awards.models import Instalment, Renewal
from apps.awards.programmes import awarded
from apps.casefiles.desk import joins, reads_ahead
from apps.casefiles.enums import AWARDED_STATES, UNDECIDED_STATES
from apps.casefiles.models import CaseFile

joins("agreement__document", "agreement__scan", "bank_details")
joins("commitment", "graduation", "designated_attester")


@reads_ahead
def read_what_is_checked(case_file: CaseFile) -> None:
    """The sessions; before the decision, the aids that do not go with this one."""
    keep_standing_items(case_file)
    if case_file.state in UNDECIDED_STATES:
        keep_clashes(case_file)


@reads_ahead
def read_award(case_file: CaseFile) -> None:
    """After it: payments with what attests them, repayments, copies of the agreement, pauses of
    the commitment, school years. A query each, none for what this award cannot have."""
    if case_file.state not in AWARDED_STATES:
        return
    payments = Instalment.objects.select_related("attestation").order_by("rank")
    rows: list[str | Prefetch[Any]] = [Prefetch("instalments", payments), "clawbacks"]
    if hasattr(case_file, "agreement"):
        rows.append("agreement__copies")
    if hasattr(case_file, "commitment") and case_file.commitment.started_on:
        rows.append("commitment__pauses")
    if awarded(case_file).renewal_form is not None:
        years = Renewal.objects.select_related("amendment").order_by("-school_year")
        rows.append(Prefetch("renewals", years))
    prefetch_related_objects([case_file], *rows)
    for instalment in case_file.instalments.all():
        instalment.case_file = case_file
