"""FranceConnect v2, for residents and applicants.

Source: docs.partenaires.franceconnect.gouv.fr, « Implémentation technique » and « Migration de
la version 1 à la version 2 »: nonce, state and acr_values are obligatory; userinfo is a signed
JWT; signing out goes through end_session with the id_token.
"""

from __future__ import annotations

from typing import ClassVar

from apps.accounts.providers.oidc import IdentityProvider


class FranceConnectProvider(IdentityProvider):
    id = "franceconnect"
    name = "FranceConnect"
    path_name = "franceconnect"
    help_url = "https://franceconnect.gouv.fr/"
    scope = "openid given_name family_name email"
    request_parameters: ClassVar = {"acr_values": "eidas1", "prompt": "login consent"}
    accepted_levels = frozenset({"eidas1", "eidas2", "eidas3"})
    signs_userinfo = True
    claims: ClassVar = {
        "first_name": "given_name",
        "last_name": "family_name",
        "email": "email",
    }
