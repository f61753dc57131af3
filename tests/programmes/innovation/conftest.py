from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.factories.innovation import innovation_staff
from tests.support.client import PortalClient


@pytest.fixture
def head() -> User:
    return innovation_staff(Role.HEAD)


@pytest.fixture
def as_head(client: PortalClient, head: User) -> PortalClient:
    client.force_login(head)
    return client
