"""Follow a file with its reference and a code sent by e-mail, without an account."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.casefiles.models import CaseFile, FollowUpCode
from apps.casefiles.notifications import notify_follow_up_code
from apps.core import clock
from apps.core.identifiers import normalise_reference

CODE_LENGTH = 6
VALID_FOR = timedelta(minutes=15)
MAX_ATTEMPTS = 5
# One code a minute for one file: an answer to whoever would flood a mailbox.
RESEND_AFTER = timedelta(minutes=1)


def _digest(case_file: CaseFile, code: str) -> str:
    return salted_hmac(f"follow-up:{case_file.reference}", code, algorithm="sha256").hexdigest()


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
    if case_file.follow_up_codes.filter(created_at__gt=at - RESEND_AFTER).exists():
        return
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_LENGTH))
    FollowUpCode.objects.create(
        case_file=case_file,
        digest=_digest(case_file, code),
        created_at=at,
        expires_at=at + VALID_FOR,
    )
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
    if latest is None or latest.expires_at <= at or latest.attempts >= MAX_ATTEMPTS:
        return None
    if not constant_time_compare(latest.digest, _digest(latest.case_file, code.strip())):
        latest.attempts += 1
        latest.save(update_fields=["attempts"])
        return None
    latest.used_at = at
    latest.save(update_fields=["used_at"])
    return latest.case_file
