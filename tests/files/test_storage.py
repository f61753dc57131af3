from __future__ import annotations

import gc
import hashlib
import resource
import stat
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.core import clock
from apps.files.enums import ContentType, ScanStatus
from apps.files.models import StoredFile
from apps.files.storage import store_bytes, store_upload
from apps.files.validators import check_upload
from tests.factories.accounts import UserFactory
from tests.factories.files import StoredFileFactory
from tests.support.jobs import queued_jobs
from tests.support.uploads import image_bytes, pdf_bytes, upload


def content_of(stored: StoredFile) -> bytes:
    with stored.file.open("rb") as content:
        return content.read()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_upload_is_stored_with_what_is_known_of_it(media: Path, applicant: User) -> None:
    content = pdf_bytes(pages=2)
    at = clock.now()
    stored = store_upload(upload(content, "relevé.pdf"), uploaded_by=applicant, at=at)
    stored.refresh_from_db()
    assert stored.original_name == "relevé.pdf"
    assert stored.content_type == ContentType.PDF
    assert stored.size == len(content)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.page_count == 2
    assert stored.scan_status == ScanStatus.NOT_SCANNED
    assert stored.uploaded_by == applicant
    assert stored.created_at == at
    assert content_of(stored) == content
    assert queued_jobs() == []


@pytest.mark.django_db
def test_place_on_disk_is_random_sharded_and_private(media: Path) -> None:
    stored = StoredFileFactory(name="relevé.pdf")
    first, second, token = stored.file.name.split("/")
    assert (first, second, len(token)) == (token[:2], token[2:4], 32)
    path = media / stored.file.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert str(stored.pk).replace("-", "") != token


@pytest.mark.django_db
def test_upload_checked_by_a_form_is_stored_as_is(media: Path) -> None:
    checked = check_upload(upload(image_bytes("PNG"), "photo.png"))
    stored = store_upload(checked, uploaded_by=None, at=clock.now())
    assert content_of(stored) == image_bytes("PNG")


@pytest.mark.django_db
def test_refused_upload_leaves_nothing(media: Path) -> None:
    with pytest.raises(ValidationError):
        store_upload(upload(b"MZ", "bail.pdf"), uploaded_by=None, at=clock.now())
    assert files_in(media) == []
    assert StoredFile.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_committed_file_stays(media: Path) -> None:
    with transaction.atomic():
        stored = StoredFileFactory()
    gc.collect()
    assert files_in(media) == [media / stored.file.name]


@pytest.mark.django_db(transaction=True)
def test_rolled_back_file_leaves_the_disk(media: Path) -> None:
    with transaction.atomic():
        StoredFileFactory()
        assert len(files_in(media)) == 1
        transaction.set_rollback(True)
    assert files_in(media) == []


@pytest.mark.django_db
def test_file_of_a_rolled_back_savepoint_leaves_the_disk(media: Path) -> None:
    kept = StoredFileFactory()
    with transaction.atomic():
        StoredFileFactory()
        transaction.set_rollback(True)
    assert files_in(media) == [media / kept.file.name]


@pytest.mark.django_db
def test_row_that_cannot_be_written_leaves_no_file(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.files.models.StoredFile.objects.create", _refuse)
    with pytest.raises(IntegrityError):
        StoredFileFactory()
    assert files_in(media) == []


def _refuse(**fields: object) -> None:
    raise IntegrityError


@pytest.mark.django_db
def test_person_with_files_cannot_be_deleted() -> None:
    person = UserFactory()
    StoredFileFactory(uploaded_by=person)
    with pytest.raises(IntegrityError):
        person.delete()


@pytest.mark.django_db
def test_own_document_is_stored_without_scan(media: Path, settings) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    stored = store_bytes(pdf_bytes(), name="accuse-reception.pdf", content_type="application/pdf")
    assert stored.scan_status == ScanStatus.NOT_SCANNED
    assert stored.uploaded_by is None
    assert queued_jobs() == []


@pytest.mark.django_db
def test_own_document_of_another_type_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="is image/png, not application/pdf"):
        store_bytes(image_bytes("PNG"), name="lettre.png", content_type="application/pdf")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"content_type": "text/html", "page_count": None}, "stored_file_type_known"),
        ({"scan_status": "unknown"}, "stored_file_scan_status_known"),
        ({"size": 0}, "stored_file_not_empty"),
        ({"sha256": "zz"}, "stored_file_sha256_form"),
        ({"page_count": None}, "stored_file_pages_of_pdf_only"),
        ({"content_type": "image/png"}, "stored_file_pages_of_pdf_only"),
        ({"scan_status": "clean"}, "stored_file_scanned_at_when_scanned"),
        ({"threat": "Eicar"}, "stored_file_threat_when_infected"),
    ],
)
def test_database_refuses_a_row_that_contradicts_itself(
    fields: dict[str, object], constraint: str
) -> None:
    stored = StoredFileFactory()
    with pytest.raises(IntegrityError, match=constraint):
        StoredFile.objects.filter(pk=stored.pk).update(**fields)


@pytest.mark.django_db
def test_full_disk_is_said_in_plain_words_and_leaves_nothing(media: Path, applicant: User) -> None:
    """The limit on a file's size fails its write half-way, as a full disk does."""
    big = pdf_bytes(change=_fill_two_megabytes, compress_streams=False)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024, usual[1]))
    try:
        with pytest.raises(ValidationError, match="n’a pas pu garder ce fichier") as refusal:
            store_upload(upload(big, "bail.pdf"), uploaded_by=applicant, at=clock.now())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert refusal.value.code == "not_kept"
    assert not StoredFile.objects.exists()
    assert files_in(media) == []


def _fill_two_megabytes(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"% 0123456789\n" * 160_000)
