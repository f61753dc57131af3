from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from pytest_django.fixtures import Settings

from apps.core import clock
from apps.files.antivirus import ScannerUnavailableError, find_threat
from apps.files.enums import ScanStatus
from apps.files.models import StoredFile
from apps.files.serving import why_not_open
from apps.files.tasks import queue_forgotten_scans
from tests.factories.files import StoredFileFactory
from tests.support.clamd import EICAR, FakeClamd, running_clamd
from tests.support.jobs import queued_jobs, run_jobs
from tests.support.uploads import pdf_bytes

INFECTED = pdf_bytes(
    change=lambda pdf: setattr(pdf.Root, "X", pdf.make_stream(EICAR)), compress_streams=False
)
SCAN = "files.scan_stored_file"


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    with running_clamd() as server:
        settings.CLAMD_ADDRESS = server.address
        yield server


@pytest.fixture
def absent_clamd(settings: Settings) -> str:
    settings.CLAMD_ADDRESS = "127.0.0.1:9"
    return settings.CLAMD_ADDRESS


@pytest.mark.django_db
def test_file_awaits_its_scan_then_opens(clamd: FakeClamd) -> None:
    content = pdf_bytes()
    stored = StoredFileFactory(name="bail.pdf", content=content)
    assert stored.scan_status == ScanStatus.PENDING
    assert why_not_open(stored) == (
        "« bail.pdf » attend son analyse antivirus. Revenez dans quelques minutes."
    )
    assert run_jobs() == [SCAN]
    stored.refresh_from_db()
    assert clamd.scanned == [content]
    assert stored.scan_status == ScanStatus.CLEAN
    assert stored.scanned_at is not None
    assert why_not_open(stored) == ""


@pytest.mark.django_db
def test_infected_file_stays_closed_and_its_threat_is_kept(
    clamd: FakeClamd, caplog: pytest.LogCaptureFixture
) -> None:
    stored = StoredFileFactory(name="bail.pdf", content=INFECTED)
    with caplog.at_level(logging.WARNING, "apps.files"):
        run_jobs()
    stored.refresh_from_db()
    assert (stored.scan_status, stored.threat) == (ScanStatus.INFECTED, "Win.Test.EICAR_HDB-1")
    assert why_not_open(stored) == (
        "« bail.pdf » contient un virus : il reste fermé. Un autre fichier est nécessaire."
    )
    assert f"Stored file {stored.pk} is infected: Win.Test.EICAR_HDB-1" in caplog.messages


@pytest.mark.django_db
def test_scan_is_tried_again_when_the_antivirus_is_down(absent_clamd: str) -> None:
    stored = StoredFileFactory()
    assert run_jobs() == [SCAN]
    stored.refresh_from_db()
    assert stored.scan_status == ScanStatus.PENDING
    assert queued_jobs() == [SCAN]
    assert run_jobs() == []
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert run_jobs() == [SCAN]


@pytest.mark.django_db
def test_scan_given_up_is_queued_again_by_the_hourly_round(
    absent_clamd: str, settings: Settings
) -> None:
    stored = StoredFileFactory()
    tries = 0
    with time_machine.travel(clock.now()) as traveller:
        while queued_jobs():
            traveller.shift(timedelta(hours=2))
            try:
                tries += len(run_jobs())
            except ScannerUnavailableError:
                break
    assert tries == 12
    StoredFile.objects.exclude(pk=stored.pk).delete()
    with running_clamd() as server:
        settings.CLAMD_ADDRESS = server.address
        queue_forgotten_scans(0)
        queue_forgotten_scans(0)
        assert run_jobs() == [SCAN]
    stored.refresh_from_db()
    assert stored.scan_status == ScanStatus.CLEAN


@pytest.mark.django_db
def test_file_scanned_meanwhile_is_not_scanned_again(clamd: FakeClamd) -> None:
    StoredFileFactory(scan_status=ScanStatus.CLEAN, scanned_at=clock.now())
    run_jobs()
    assert clamd.scanned == []


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR", b"stream: Can't allocate memory ERROR", b""]
)
def test_answer_that_is_no_verdict_is_not_taken_for_one(clamd: FakeClamd, answer: bytes) -> None:
    clamd.answer = answer or b"nonsense"
    with pytest.raises(ScannerUnavailableError):
        find_threat(BytesIO(b"x"), address=clamd.address)


def test_unix_socket_that_does_not_exist_is_an_antivirus_that_is_down() -> None:
    with pytest.raises(ScannerUnavailableError, match=r"clamd at /nowhere/clamd\.ctl"):
        find_threat(BytesIO(b"x"), address="/nowhere/clamd.ctl")
