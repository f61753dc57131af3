"""No form asks for a consent that nobody needs: the council acts on its mission, not on a tick."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

_ASKED = re.compile(
    r"je consens|consentement|j[’']accepte que|j[’']accepte le traitement|accepter les cookies"
    r"|j[’']accepte les conditions",
    re.IGNORECASE,
)
_SPOKEN = (".html", ".txt", ".py")


def test_no_page_asks_for_a_useless_consent() -> None:
    root = Path(settings.BASE_DIR)
    asked = [
        f"{path.relative_to(root)}:{number} {line.strip()}"
        for folder in ("apps", "templates")
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in _SPOKEN
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _ASKED.search(line)
    ]
    assert asked == []
