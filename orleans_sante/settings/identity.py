"""Identity providers, switched on by their client identifier; off, they leave no trace.

For each one: <NAME>_CLIENT_ID, <NAME>_CLIENT_SECRET, <NAME>_URL (base of its OpenID Connect
discovery) and <NAME>_ORIGINS when its sign-in page lives on another host than <NAME>_URL.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from orleans_sante.settings.env import env_list, env_str

# allauth's provider id → prefix of the environment variables
_PREFIXES = {
    "franceconnect": "FRANCECONNECT",
    "prosanteconnect": "PRO_SANTE_CONNECT",
    "proconnect": "PROCONNECT",
}


def identity_providers() -> dict[str, Any]:
    """Value of SOCIALACCOUNT_PROVIDERS."""
    return {
        provider: {
            "APPS": [
                {
                    "client_id": env_str(f"{prefix}_CLIENT_ID"),
                    "secret": env_str(f"{prefix}_CLIENT_SECRET"),
                    "settings": {"server_url": env_str(f"{prefix}_URL")},
                }
            ]
        }
        for provider, prefix in _switched_on().items()
    }


def identity_provider_origins() -> list[str]:
    """Where a form of ours may lead, for the Content-Security-Policy."""
    origins: list[str] = []
    for prefix in _switched_on().values():
        url = urlsplit(env_str(f"{prefix}_URL"))
        origins += env_list(f"{prefix}_ORIGINS") or [f"{url.scheme}://{url.netloc}"]
    return origins


def _switched_on() -> dict[str, str]:
    return {
        provider: prefix
        for provider, prefix in _PREFIXES.items()
        if env_str(f"{prefix}_CLIENT_ID", "")
    }
