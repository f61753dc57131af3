"""Scan a stored file and keep the verdict."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings

from apps.files.antivirus import find_threat
from apps.files.enums import ScanStatus
from apps.files.models import StoredFile

logger = logging.getLogger(__name__)


def scan(stored: StoredFile, *, at: datetime) -> None:
    """Ask the antivirus about `stored` and write down its verdict, once.

    Side effects: scan_status, scanned_at, threat; a warning in the log for a threat. The file
    stays on disk, closed (serving.why_not_open). No row is locked while the antivirus reads.
    Raises ScannerUnavailableError; the file then keeps waiting.
    """
    with stored.file.open("rb") as stream:
        threat = find_threat(stream, address=settings.CLAMD_ADDRESS)
    status = ScanStatus.INFECTED if threat else ScanStatus.CLEAN
    StoredFile.objects.awaiting_scan().filter(pk=stored.pk).update(
        scan_status=status, scanned_at=at, threat=threat[:200]
    )
    if threat:
        logger.warning("Stored file %s is infected: %s", stored.pk, threat)
