"""Encrypt everything again under the first key of FIELD_ENCRYPTION_KEYS.

Run it after a new key was put first; once it reports nothing left, the old key may go. It can be
stopped and run again at any time: each batch is a transaction, and what is done already is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.awards.models import BankDetails, Batch
from apps.core.encryption import DecryptionError, is_under_first_key, rotate

_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class _Encrypted:
    """A table with encrypted columns, empty or not, and how a person finds one of its rows."""

    model: Any
    columns: tuple[str, ...]
    name: Callable[[Any], str]


_TABLES = (
    _Encrypted(
        model=BankDetails, columns=("ciphertext",), name=lambda row: row.case_file.reference
    ),
    _Encrypted(model=Batch, columns=("csv", "xml"), name=str),
)


@dataclass
class _Report:
    rotated: int = 0
    current: int = 0
    unreadable: list[str] = field(default_factory=list)


class Command(BaseCommand):
    help = "Encrypt bank details and batches again under the first key of FIELD_ENCRYPTION_KEYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=_BATCH, help="rows locked at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        report = _Report()
        for table in _TABLES:
            last = _rotate_batch(table, report, after=0, size=options["batch"])
            while last:
                last = _rotate_batch(table, report, after=last, size=options["batch"])
        self.stdout.write(f"Encrypted again: {report.rotated}. Already done: {report.current}.")
        if report.unreadable:
            rows = ", ".join(report.unreadable)
            raise CommandError(f"No key opens what is kept for {rows}: keep the old keys.")


@transaction.atomic
def _rotate_batch(table: _Encrypted, report: _Report, *, after: int, size: int) -> int:
    """The rows after a primary key, locked while they change; the last one's key, 0 at the end."""
    rows = list(
        table.model.objects.select_for_update(of=("self",))
        .filter(pk__gt=after)
        .order_by("pk")[:size]
    )
    for row in rows:
        renewed = [column for column in table.columns if _renew(row, column, table, report)]
        if renewed:
            row.save(update_fields=renewed)
    return rows[-1].pk if rows else 0


def _renew(row: Any, column: str, table: _Encrypted, report: _Report) -> bool:
    """Put one token under the first key, in memory; whether it changed."""
    token = getattr(row, column)
    if not token:
        return False
    if is_under_first_key(token):
        report.current += 1
        return False
    try:
        setattr(row, column, rotate(token))
    except DecryptionError:
        report.unreadable.append(table.name(row))
        return False
    report.rotated += 1
    return True
