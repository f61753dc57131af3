"""Encrypt every account number again under the first key of FIELD_ENCRYPTION_KEYS.

Run it after a new key was put first; once it reports nothing left, the old key may go. It can be
stopped and run again at any time: each batch is a transaction, and rows already done are left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.awards.models import BankDetails
from apps.core.encryption import DecryptionError, is_under_first_key, rotate

_BATCH = 200


@dataclass
class _Report:
    rotated: int = 0
    current: int = 0
    unreadable: list[str] = field(default_factory=list)


class Command(BaseCommand):
    help = "Encrypt bank details again under the first key of FIELD_ENCRYPTION_KEYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=_BATCH, help="rows locked at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        report = _Report()
        last = _rotate_batch(report, after=0, size=options["batch"])
        while last:
            last = _rotate_batch(report, after=last, size=options["batch"])
        self.stdout.write(f"Encrypted again: {report.rotated}. Already done: {report.current}.")
        if report.unreadable:
            files = ", ".join(report.unreadable)
            raise CommandError(f"No key opens the bank details of {files}: keep the old keys.")


@transaction.atomic
def _rotate_batch(report: _Report, *, after: int, size: int) -> int:
    """The rows after a primary key, locked while they change; the last one's key, 0 at the end."""
    rows = list(
        BankDetails.objects.select_for_update(of=("self",))
        .select_related("case_file")
        .filter(pk__gt=after)
        .order_by("pk")[:size]
    )
    for details in rows:
        if is_under_first_key(details.ciphertext):
            report.current += 1
            continue
        try:
            details.ciphertext = rotate(details.ciphertext)
        except DecryptionError:
            report.unreadable.append(details.case_file.reference)
            continue
        details.save(update_fields=["ciphertext"])
        report.rotated += 1
    return rows[-1].pk if rows else 0
