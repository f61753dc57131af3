"""Identity providers are switched on by environment variables, whole or not at all."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from orleans_sante.settings.identity import identity_provider_origins, identity_providers

FRANCECONNECT = {
    "FRANCECONNECT_CLIENT_ID": "client",
    "FRANCECONNECT_CLIENT_SECRET": "secret",
    "FRANCECONNECT_URL": "https://identite.example/api/v2",
}


def _set(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_nothing_set_nothing_on() -> None:
    assert identity_providers() == {}
    assert identity_provider_origins() == []


def test_provider_set_is_on_and_forms_may_lead_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **FRANCECONNECT)

    assert identity_providers() == {
        "franceconnect": {
            "APPS": [
                {
                    "client_id": "client",
                    "secret": "secret",
                    "settings": {"server_url": "https://identite.example/api/v2"},
                }
            ]
        }
    }
    assert identity_provider_origins() == ["https://identite.example"]


def test_sign_in_page_elsewhere_is_allowed_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **FRANCECONNECT, FRANCECONNECT_ORIGINS="https://entree.example")

    assert identity_provider_origins() == ["https://entree.example"]


@pytest.mark.parametrize("missing", ["FRANCECONNECT_CLIENT_SECRET", "FRANCECONNECT_URL"])
def test_provider_half_set_refuses_to_start(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    _set(monkeypatch, **{**FRANCECONNECT, missing: ""})

    with pytest.raises(ImproperlyConfigured, match="franceconnect has a client identifier"):
        identity_providers()
