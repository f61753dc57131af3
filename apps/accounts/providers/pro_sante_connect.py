"""Pro Santé Connect, for health professionals: it vouches for their RPPS number.

Source: industriels.esante.gouv.fr, « Pro Santé Connect, documentation technique »: scope
`scope_all`, acr_values eidas1, SubjectNameID is the national identifier, the digit 8 before an
RPPS number.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from apps.accounts.providers.oidc import IdentityProvider

_NATIONAL_RPPS = re.compile(r"8(\d{11})")


class ProSanteConnectProvider(IdentityProvider):
    id = "prosanteconnect"
    name = "Pro Santé Connect"
    path_name = "pro-sante-connect"
    help_url = "https://esante.gouv.fr/produits-services/pro-sante-connect"
    scope = "openid scope_all"
    request_parameters: ClassVar = {"acr_values": "eidas1"}
    accepted_levels = frozenset({"eidas1", "eidas2", "eidas3"})
    signs_userinfo = False
    claims: ClassVar = {
        "first_name": "given_name",
        "last_name": "family_name",
        "email": "email",
    }

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        kept = super().extract_extra_data(data)
        if match := _NATIONAL_RPPS.fullmatch(str(data.get("SubjectNameID", ""))):
            kept["rpps"] = match[1]
        return kept
