from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.accounts.mock_identity_provider import MockIdentityProvider, serving, switched_on


@pytest.fixture
def france_connect(settings: Any) -> Iterator[MockIdentityProvider]:
    with serving(MockIdentityProvider(algorithm="ES256", signs_userinfo=True)) as provider:
        settings.PUBLIC_URL = "https://sante.example"
        settings.SOCIALACCOUNT_PROVIDERS = {"franceconnect": switched_on(provider)}
        yield provider
