"""The daily seal: one digest over the heads of all files, told to the auditors.

A log that its own owner rewrites from end to end has no broken link. What was e-mailed the day
before cannot be rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.event_chain import GENESIS
from apps.casefiles.log_verification import find_faults
from apps.casefiles.models import EventHead, LogSeal
from apps.core.dates import format_date
from apps.notifications.queue import queue_email

# Named in the mail; `verify_log` names them all.
_NAMED_FAULTS = 10
_SEALED = ("pk", "sealed_count", "sealed_digest")


@transaction.atomic
def seal_log(*, on: date, at: datetime) -> LogSeal | None:
    """Verify the log, seal its heads for a day and tell the auditors; None when it is done.

    Side effects: the heads keep what was sealed, a LogSeal, one e-mail for each auditor. Faults
    are sealed too: the mail names them, and the next one still has something to stand on.
    """
    if LogSeal.objects.filter(sealed_on=on).exists():
        return None
    named, count = [], 0
    for fault in _faults():
        count += 1
        if count <= _NAMED_FAULTS:
            named.append(fault)
    EventHead.objects.exclude(sealed_count=F("count")).update(
        sealed_count=F("count"), sealed_digest=F("digest")
    )
    previous = LogSeal.objects.order_by("-sealed_on").first()
    before = previous.digest if previous else GENESIS.hex()
    digest, files, events = heads_digest(before)
    seal = LogSeal.objects.create(
        sealed_on=on,
        sealed_at=at,
        files=files,
        events=events,
        previous_digest=before,
        digest=digest,
        faults=count,
    )
    _tell_auditors(seal, named, at=at)
    return seal


def _faults() -> Iterator[str]:
    if reason := why_not_seal_holds():
        yield reason
    yield from map(str, find_faults())


def heads_digest(previous: str) -> tuple[str, int, int]:
    """(digest, files, events) of the heads as last sealed, after the digest of the seal before."""
    digest, files, events = sha256(bytes.fromhex(previous)), 0, 0
    heads = EventHead.objects.filter(sealed_count__gt=0).order_by("pk")
    for pk, count, head in heads.values_list(*_SEALED).iterator():
        digest.update(pk.to_bytes(8) + count.to_bytes(8) + bytes(head))
        files += 1
        events += count
    return digest.hexdigest(), files, events


def why_not_seal_holds(expected: str = "") -> str:
    """Why the last seal no longer agrees with the heads it was made from, "" when it does.

    `expected` is the digest that an auditor received: the seal itself may have been rewritten.
    """
    last = LogSeal.objects.order_by("-sealed_on").first()
    if last is None:
        return "Aucun relevé n’a encore été fait." if expected else ""
    sealed = f"relevé du {format_date(last.sealed_on)}"
    if expected and last.digest != expected:
        return f"Le dernier {sealed} n’est pas celui reçu par courriel."
    if heads_digest(last.previous_digest)[0] != last.digest:
        return f"Les dossiers ne donnent plus le {sealed}."
    return ""


def _tell_auditors(seal: LogSeal, faults: Sequence[str], *, at: datetime) -> None:
    auditors = User.objects.filter(role_grants__role=Role.AUDITOR, is_active=True).distinct()
    for auditor in auditors:
        queue_email(
            "log-seal",
            to=auditor.email,
            context={
                "name": auditor.get_full_name(),
                "seal": seal,
                "faults": faults,
                "more": seal.faults - len(faults),
            },
            at=at,
        )
