"""Which links a browser may fetch ahead, as the pointer rests on them (speculation rules).

The rules stand in the page: an address of their own would be one request more for a first view.
They are data, yet the Content-Security-Policy asks for their digest, which the settings give. A
page is never drawn ahead: that would count as a visit.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256

# What knows the reader, what begins something, what is downloaded.
_NEVER = (
    *("/admin/*", "/compte/*", "/demo/*", "/jury/*", "/mon-espace/*", "/suivi/*"),
    *("/*/demande/*", "/*.*"),
    "/*\\?(.+)",  # with a question; « * » would stand for none as well
)
_LINKS = {"and": [{"href_matches": "/*"}, {"not": {"href_matches": [*_NEVER]}}]}

RULES = json.dumps({"prefetch": [{"where": _LINKS, "eagerness": "moderate"}]})
CSP_SOURCE = f"'sha256-{b64encode(sha256(RULES.encode()).digest()).decode()}'"
