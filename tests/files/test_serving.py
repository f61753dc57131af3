from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from apps.core import clock
from apps.files.enums import ScanStatus
from apps.files.serving import serve_file
from tests.factories.files import StoredFileFactory
from tests.support.uploads import image_bytes, pdf_bytes

pytestmark = pytest.mark.django_db
REQUEST = RequestFactory().get("/")


def test_file_is_streamed_with_headers_that_keep_it_harmless(media: Path) -> None:
    content = pdf_bytes()
    response = serve_file(REQUEST, StoredFileFactory(name="bail.pdf", content=content))
    assert response.streaming
    assert response.getvalue() == content  # type: ignore[attr-defined]
    assert dict(response.items()) == {
        "Content-Length": str(len(content)),
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="bail.pdf"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    response.close()


def test_accented_name_is_sent_as_rfc_6266_says(media: Path) -> None:
    response = serve_file(REQUEST, StoredFileFactory(name="relevé « signé ».pdf"))
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''relev%C3%A9%20%C2%AB%20sign%C3%A9%20%C2%BB.pdf"
    )
    response.close()


def test_image_may_be_shown_in_the_page(media: Path) -> None:
    stored = StoredFileFactory(name="photo.png", content=image_bytes("PNG"))
    response = serve_file(REQUEST, stored, as_attachment=False)
    assert response["Content-Disposition"] == 'inline; filename="photo.png"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    response.close()


def test_behind_nginx_only_headers_are_sent(media: Path, settings: Settings) -> None:
    settings.X_ACCEL_PREFIX = "/fichiers-prives/"
    stored = StoredFileFactory(name="bail.pdf")
    response = serve_file(REQUEST, stored)
    assert response["X-Accel-Redirect"] == f"/fichiers-prives/{stored.file.name}"
    assert response["Content-Disposition"] == 'attachment; filename="bail.pdf"'
    assert response.content == b""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"scan_status": ScanStatus.PENDING}, "attend son analyse"),
        ({"scan_status": ScanStatus.INFECTED, "scanned_at": clock.now()}, "contient un virus"),
    ],
)
def test_file_that_may_not_be_opened_is_refused(
    media: Path, fields: dict[str, object], reason: str
) -> None:
    with pytest.raises(PermissionDenied, match=reason):
        serve_file(REQUEST, StoredFileFactory(**fields))


def test_file_lost_by_the_disk_is_not_found(media: Path, caplog: pytest.LogCaptureFixture) -> None:
    stored = StoredFileFactory()
    (media / stored.file.name).unlink()
    with pytest.raises(Http404):
        serve_file(REQUEST, stored)
    assert caplog.messages == [f"Stored file {stored.pk} is not on the disk any more."]
