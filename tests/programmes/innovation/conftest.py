from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core.kept_pages import forget_pages
from tests.factories.innovation import innovation_staff
from tests.support.client import PortalClient


@pytest.fixture(autouse=True)
def no_kept_page() -> None:
    """Each test writes its own rows: no page outlives them."""
    forget_pages()


@pytest.fixture
def head() -> User:
    return innovation_staff(Role.HEAD)


@pytest.fixture
def as_head(client: PortalClient, head: User) -> PortalClient:
    client.force_login(head)
    return client
