"""Identity providers, switched on by their client identifier; off, they leave no trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from orleans_sante.settings.env import env_list, env_str


@dataclass(frozen=True)
class _Client:
    """How one provider knows us, and where it is found."""

    # allauth's name of the provider (apps/accounts/providers)
    provider: str
    client_id: str
    secret: str
    # Base of its OpenID Connect discovery
    url: str
    # Where its sign-in and sign-out pages live; empty: where `url` does
    origins: list[str]

    def __post_init__(self) -> None:
        if self.client_id and not (self.secret and self.url):
            raise ImproperlyConfigured(
                f"{self.provider} has a client identifier but no secret or no address "
                "(see .env.example)."
            )


def identity_providers() -> dict[str, Any]:
    """Value of SOCIALACCOUNT_PROVIDERS."""
    return {
        client.provider: {
            "APPS": [
                {
                    "client_id": client.client_id,
                    "secret": client.secret,
                    "settings": {"server_url": client.url},
                }
            ]
        }
        for client in _switched_on()
    }


def identity_provider_origins() -> list[str]:
    """Where a form of ours may lead, for the Content-Security-Policy."""
    return [origin for client in _switched_on() for origin in client.origins or [_origin(client)]]


def _origin(client: _Client) -> str:
    url = urlsplit(client.url)
    return f"{url.scheme}://{url.netloc}"


def _switched_on() -> list[_Client]:
    clients = (
        _Client(
            provider="franceconnect",
            client_id=env_str("FRANCECONNECT_CLIENT_ID", ""),
            secret=env_str("FRANCECONNECT_CLIENT_SECRET", ""),
            url=env_str("FRANCECONNECT_URL", ""),
            origins=env_list("FRANCECONNECT_ORIGINS"),
        ),
        _Client(
            provider="prosanteconnect",
            client_id=env_str("PRO_SANTE_CONNECT_CLIENT_ID", ""),
            secret=env_str("PRO_SANTE_CONNECT_CLIENT_SECRET", ""),
            url=env_str("PRO_SANTE_CONNECT_URL", ""),
            origins=env_list("PRO_SANTE_CONNECT_ORIGINS"),
        ),
        _Client(
            provider="proconnect",
            client_id=env_str("PROCONNECT_CLIENT_ID", ""),
            secret=env_str("PROCONNECT_CLIENT_SECRET", ""),
            url=env_str("PROCONNECT_URL", ""),
            origins=env_list("PROCONNECT_ORIGINS"),
        ),
    )
    return [client for client in clients if client.client_id]
