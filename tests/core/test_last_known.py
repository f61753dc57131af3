"""Public pages while the database is away: the last answer, with the hour it dates from.

`make attack` really stops PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection

from apps.core import last_known
from apps.core.kept_pages import forget_pages
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

ADDRESS = "/medecin-du-jour/45234-orleans/"
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
NOTICE = "Données du 23 novembre 2026 à 12 h"


@pytest.fixture(autouse=True)
def pages(settings: Any, tmp_path: Path, lines: None) -> Path:
    settings.LAST_KNOWN_PAGES = str(tmp_path / "pages")
    forget_pages()
    last_known._written.clear()
    return tmp_path / "pages"


@pytest.fixture
def lose_database(monkeypatch: pytest.MonkeyPatch) -> Any:
    def unreachable(*args: object, **kwargs: object) -> None:
        raise OperationalError("the server closed the connection")

    def lose() -> None:
        monkeypatch.setattr(connection, "cursor", unreachable)

    return lose


def visit(client: PortalClient, at: datetime) -> Any:
    with time_machine.travel(at, tick=False):
        return client.get(ADDRESS)


def test_last_answer_is_shown_with_its_hour(client: PortalClient, lose_database: Any) -> None:
    before = visit(client, NOON)
    lose_database()
    response = visit(client, LATER)

    assert response.status_code == 200
    assert page_text(response).startswith(
        f"{NOTICE} La mise à jour est interrompue. Les horaires ont pu changer depuis."
    )
    assert page_text(response).endswith(page_text(before))
    assert response["Cache-Control"] == "no-store"
    assert response["Last-Modified"] == "Mon, 23 Nov 2026 11:00:00 GMT"


def test_another_process_has_it_too(client: PortalClient, lose_database: Any, pages: Path) -> None:
    visit(client, NOON)
    forget_pages()
    lose_database()
    assert NOTICE in page_text(visit(client, LATER))
    assert len(list(pages.iterdir())) == 1


def test_database_that_is_back_is_asked_again(
    client: PortalClient, lose_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(client, NOON)
    with monkeypatch.context() as away:
        away.setattr(connection, "cursor", _refuse)
        assert NOTICE in page_text(visit(client, LATER))
    assert NOTICE in page_text(visit(client, LATER))  # not asked within five seconds
    response = visit(client, LATER.replace(second=6))
    assert "Données du" not in page_text(response)
    assert response["Cache-Control"].startswith("public")


def _refuse(*args: object, **kwargs: object) -> None:
    raise OperationalError("the server closed the connection")


def test_page_never_seen_before_fails(client: PortalClient, lose_database: Any) -> None:
    lose_database()
    with pytest.raises(OperationalError):
        visit(client, NOON)


def test_program_gets_the_last_answer_as_it_was(client: PortalClient, lose_database: Any) -> None:
    address = "/medecin-du-jour/45234.json"
    with time_machine.travel(NOON, tick=False):
        before = client.get(address)
    lose_database()
    with time_machine.travel(LATER, tick=False):
        assert client.get(address).content == before.content


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"no json\nx", b'{"type": "a"}\n'])
def test_damaged_copy_counts_for_nothing(
    client: PortalClient, lose_database: Any, pages: Path, damage: bytes
) -> None:
    visit(client, NOON)
    (copy,) = pages.iterdir()
    copy.write_bytes(damage)
    forget_pages()
    lose_database()
    with pytest.raises(OperationalError):
        visit(client, LATER)


def test_folder_that_takes_nothing_breaks_no_page(
    client: PortalClient, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LAST_KNOWN_PAGES = "/dev/full/pages"
    assert visit(client, NOON).status_code == 200
    assert "cannot be kept" in caplog.text


def test_clock_that_is_set_back_does_not_hold_a_page(
    client: PortalClient, lose_database: Any
) -> None:
    """Kept until a second of the future, it would stay for hours: it is drawn anew."""
    visit(client, LATER)
    lose_database()
    assert "Données du 23 novembre 2026 à 14 h 30" in page_text(visit(client, NOON))
