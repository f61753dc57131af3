"""Which links a browser may fetch ahead, as the pointer rests on them (speculation rules).

The rules stand in each page (templates/components/fetch_ahead.json): an address of their own would
be one request more for a first view. They are data, yet the Content-Security-Policy asks for their
digest, which the settings give. Left out is what knows the reader, what begins something, what is
downloaded, and what has a question: « (.+) », for « * » would stand for no question as well. A page
is never drawn ahead: that would count as a visit.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

_RULES = Path(__file__).parents[2] / "templates" / "components" / "fetch_ahead.json"
CSP_SOURCE = f"'sha256-{b64encode(sha256(_RULES.read_bytes()).digest()).decode()}'"
