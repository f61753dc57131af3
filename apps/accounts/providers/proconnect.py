"""ProConnect, for the agents of the guichet: the identity that their administration vouches for.

It does not replace the second factor that staff pages ask for (accounts.middleware).

Source: partenaires.proconnect.gouv.fr, « Documentation technique »: acr_values eidas1, userinfo
is a signed JWT, the family name is `usual_name`.
"""

from __future__ import annotations

from typing import ClassVar

from apps.accounts.providers.oidc import IdentityProvider


class ProConnectProvider(IdentityProvider):
    id = "proconnect"
    name = "ProConnect"
    path_name = "proconnect"
    help_url = "https://www.proconnect.gouv.fr/"
    scope = "openid given_name usual_name email"
    request_parameters: ClassVar = {"acr_values": "eidas1"}
    signs_userinfo = True
    claims: ClassVar = {
        "first_name": "given_name",
        "last_name": "usual_name",
        "email": "email",
    }
