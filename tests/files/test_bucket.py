"""Uploads in a bucket, against an S3 server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from moto.server import ThreadedMotoServer

from apps.core import clock
from apps.files.disk import private_storage
from apps.files.models import StoredFile
from apps.files.orphans import orphan_names
from apps.files.serving import serve_file
from apps.files.storage import forget_file
from tests.factories.files import StoredFileFactory
from tests.support.uploads import pdf_bytes

pytestmark = pytest.mark.django_db
REQUEST = RequestFactory().get("/")
BUCKET = "orleans-sante"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty bucket, where uploads go."""
    account = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    resource = boto3.resource("s3", endpoint_url=s3, region_name="us-east-1", **account)
    made = resource.create_bucket(Bucket=BUCKET)
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "apps.files.bucket.PrivateBucket",
            "OPTIONS": {
                "bucket_name": BUCKET,
                "endpoint_url": s3,
                "region_name": "us-east-1",
                "access_key": "test",
                "secret_key": "test",
            },
        }
    }
    # A field asks for its storage once, when it is made.
    monkeypatch.setattr(StoredFile._meta.get_field("file"), "storage", private_storage())
    yield made
    made.objects.delete()
    made.delete()


def names(bucket: Any) -> list[str]:
    return [item.key for item in bucket.objects.all()]


def test_upload_is_stored_and_read(bucket: Any) -> None:
    content = pdf_bytes()
    stored = StoredFileFactory(name="relevé.pdf", content=content)

    assert names(bucket) == [stored.file.name]
    response = serve_file(REQUEST, stored)
    assert response.getvalue() == content  # type: ignore[attr-defined]
    assert response["Content-Length"] == str(len(content))
    response.close()


def test_forgotten_file_leaves_the_bucket(
    bucket: Any, django_capture_on_commit_callbacks: Any
) -> None:
    stored = StoredFileFactory()
    with django_capture_on_commit_callbacks(execute=True):
        forget_file(stored)
    assert names(bucket) == []


def test_nothing_stays_when_the_transaction_is_undone(bucket: Any) -> None:
    with transaction.atomic():
        StoredFileFactory()
        assert len(names(bucket)) == 1
        transaction.set_rollback(True)
    assert names(bucket) == []


def test_file_that_the_bucket_lost_is_not_found(bucket: Any) -> None:
    stored = StoredFileFactory()
    bucket.objects.delete()

    with pytest.raises(Http404):
        serve_file(REQUEST, stored)


def test_orphans_are_found_there_too(bucket: Any) -> None:
    at = clock.now() + timedelta(hours=25)
    assert list(orphan_names(at=at)) == []
    StoredFileFactory()
    bucket.put_object(Key="ab/cd/abcd0123", Body=b"x")

    assert list(orphan_names(at=at)) == ["ab/cd/abcd0123"]


def test_objects_have_no_address(bucket: Any) -> None:
    with pytest.raises(NotImplementedError):
        private_storage().url("ab/cd/abcd0123")
