"""Signed answers of an identity provider, checked before anything in them is believed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import jwt

# Asymmetric only: an answer signed with « none », or with our shared secret, is refused.
_ALGORITHMS = ("ES256", "RS256", "PS256")


class UntrustedAnswerError(Exception):
    """The provider's answer is not what was asked for, or not signed by the provider."""


def signed_claims(
    token: str, *, keys: dict[str, Any], issuer: str, audience: str, required: Collection[str]
) -> dict[str, Any]:
    """Claims of the JWT `token`, signed by one of the provider's public `keys` (a JWKS).

    `required` claims must be there; `exp`, `iat` and `nbf` are checked when there.
    Raises UntrustedAnswerError.
    """
    try:
        key = _key_for(token, keys)
        return jwt.decode(
            token,
            key,
            algorithms=[*_ALGORITHMS],
            issuer=issuer,
            audience=audience,
            leeway=30,  # seconds between two clocks
            options={"require": [*required]},
        )
    except (jwt.PyJWTError, KeyError, TypeError) as error:
        raise UntrustedAnswerError(str(error)) from error


def _key_for(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    wanted = jwt.get_unverified_header(token).get("kid")
    candidates = [key for key in jwt.PyJWKSet.from_dict(keys).keys if wanted in {None, key.key_id}]
    if len(candidates) != 1:
        raise UntrustedAnswerError(f"{len(candidates)} keys answer to kid {wanted!r}")
    return candidates[0]
