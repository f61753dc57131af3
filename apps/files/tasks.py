"""Antivirus scans, by the worker."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from apps.core import clock
from apps.core.jobs import queue_job
from apps.files.antivirus import ScannerUnavailableError
from apps.files.models import StoredFile
from apps.files.scanning import scan

# 2 s, 4 s, 8 s … about two hours in all; then the hourly round below takes over.
_RETRY = RetryStrategy(
    max_attempts=12, exponential_wait=2, retry_exceptions=[ScannerUnavailableError]
)


@app.task(name="files.scan_stored_file", queue="files", retry=_RETRY)
def scan_stored_file(*, file_id: str) -> None:
    """Scan one file that awaits it; nothing happens when it was scanned meanwhile."""
    stored = StoredFile.objects.awaiting_scan().filter(pk=file_id).first()
    if stored:
        scan(stored, at=clock.now())


@app.periodic(cron="17 * * * *")
@app.task(name="files.queue_forgotten_scans", queue="files", queueing_lock="files.forgotten_scans")
def queue_forgotten_scans(timestamp: int) -> None:
    """Queue again the files whose scan was given up: the antivirus may be back."""
    for stored in StoredFile.objects.awaiting_scan().only("pk"):
        queue_job(scan_stored_file, file_id=str(stored.pk), queueing_lock=f"files.scan:{stored.pk}")
