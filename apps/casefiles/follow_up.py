"""Follow a file with its reference and a code sent by e-mail, without an account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.casefiles.models import CaseFile, FollowUpCode
from apps.casefiles.notifications import notify_follow_up_code
from apps.core import clock
from apps.core.identifiers import normalise_reference


def _purpose(case_file: CaseFile) -> str:
    return f"follow-up:{case_file.reference}"


def address_digest(email: str) -> str:
    """What a job keeps of a typed address: enough to compare, nothing to read."""
    return salted_hmac("follow-up:address", email.strip().lower(), algorithm="sha256").hexdigest()


@transaction.atomic
def send_code(reference: str, address: str, *, at: datetime | None = None) -> None:
    """Send a code when the reference and the address (its digest) belong together.

    Run by a job (tasks.py): the page does the same work, in the same time, for a known and for
    an unknown pair, and says the same. A draft cannot be followed.
    """
    at = at or clock.now()
    case_file = (
        CaseFile.objects.filter(reference=normalise_reference(reference) or "")
        .exclude(email="")
        .exclude(submitted_at=None)
        .first()
    )
    if case_file is None or not constant_time_compare(address_digest(case_file.email), address):
        return
    if case_file.follow_up_codes.sent_just_now(at):
        return
    code = FollowUpCode.objects.issue(purpose=_purpose(case_file), at=at, case_file=case_file)
    notify_follow_up_code(case_file, code)


@transaction.atomic
def check_code(reference: str, code: str, *, at: datetime | None = None) -> CaseFile | None:
    """The file when the code is right, fresh and unused; else None. A code works once."""
    at = at or clock.now()
    latest = (
        FollowUpCode.objects.select_for_update(of=("self",))
        .filter(case_file__reference=normalise_reference(reference) or "", used_at=None)
        .select_related("case_file")
        .order_by("-created_at")
        .first()
    )
    if latest is None or not latest.take(code, purpose=_purpose(latest.case_file), at=at):
        return None
    return latest.case_file
