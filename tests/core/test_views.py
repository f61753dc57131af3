from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from tests.support.client import PortalClient


@pytest.fixture
def one_migration_missing(db: None) -> Iterator[None]:
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")
    return


def test_healthz_answers_without_the_database(client: PortalClient) -> None:
    response = client.get("/healthz/")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in response["Cache-Control"]


def test_healthz_by_post_is_refused(client: PortalClient) -> None:
    assert client.post("/healthz/").status_code == 405


@pytest.mark.django_db
def test_readyz_with_every_migration_applied_answers_ok(client: PortalClient) -> None:
    response = client.get("/readyz/")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.usefixtures("one_migration_missing")
def test_readyz_with_a_migration_missing_says_so(client: PortalClient) -> None:
    response = client.get("/readyz/")
    assert response.status_code == 503
    assert response.content.endswith(b" migrations not applied\n")


@pytest.mark.django_db
def test_readyz_without_a_database_says_so(
    client: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "ensure_connection", unreachable)
    monkeypatch.setattr(connection, "cursor", unreachable)
    response = client.get("/readyz/")
    assert (response.status_code, response.content) == (503, b"database unreachable\n")
