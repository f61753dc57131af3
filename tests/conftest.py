"""Fixtures and guards shared by every test.

The guards make silent faults loud: a call to another machine, an undefined template variable,
an inline script, a forgotten on_commit, a lock that takes more rows than it says.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from apps.core import throttles
from apps.core.fragments import forget_drawn
from apps.core.kept_pages import forget_pages
from tests.support.client import PortalClient
from tests.support.flush import empty_only_written_tables
from tests.support.network import refuse_outbound_network
from tests.support.queries import guard_row_locks
from tests.support.templates import make_undefined_variables_loud

pytest_plugins = ["tests.support.personas", "tests.support.territory"]


# A slow machine fails no property: what time a rule takes is measured in `make bench`.
hypothesis_settings.register_profile(
    "portal",
    hypothesis_settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("portal")

BROWSER_TESTS = Path(__file__).parent / "browser"
# Minutes rather than seconds: the demo town, the walk over the desk, whole journeys.
LONGEST = {
    *("test_load_demo.py", "test_every_desk_page.py"),
    *("test_student_journey.py", "test_main_journey.py", "test_public_pages.py"),
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop open, which others cannot share.

    Of both kinds the longest files begin, so that no worker ends alone with one of them.
    """
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker("browser")
    items.sort(
        key=lambda item: (
            item.get_closest_marker("browser") is not None,
            item.path.name not in LONGEST,
        )
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """The tests themselves, hundreds of thousands of objects, are garbage at no moment: Python need
    not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def guards() -> Iterator[None]:
    guard_row_locks()
    with pytest.MonkeyPatch.context() as patch:
        empty_only_written_tables(patch)
        refuse_outbound_network(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def private_media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads of the whole run go to a folder of its own."""
    with override_settings(PRIVATE_MEDIA_ROOT=tmp_path_factory.mktemp("private-media")):
        yield


@pytest.fixture(scope="module")
def module_transaction(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What the fixtures of a module build in it is built once: its tests work in savepoints.

    Not for modules whose tests commit.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def loud_templates() -> None:
    """Again before each test: one that changes settings.TEMPLATES leaves new engines behind."""
    make_undefined_variables_loud()


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Throttles, used one-time codes and kept pages: no test inherits another's."""
    cache.clear()
    forget_drawn()
    forget_pages()
    throttles.forget_seen()


@pytest.fixture
def client() -> PortalClient:
    return PortalClient()
