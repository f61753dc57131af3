"""The last answer that a public page gave, kept beside the database for the hours without it.

One file a page, below settings.LAST_KNOWN_PAGES: shared by the processes of a machine, and still
there after they start again. Only answers that are the same for everybody come here.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.template.loader import render_to_string

from apps.core.dates import format_datetime

logger = logging.getLogger(__name__)

# A busy page is drawn every ten seconds by each process: its copy need not be as fresh.
_EVERY = timedelta(minutes=1)
_MAIN = re.compile(rb"<main\b[^>]*>")
_written: dict[str, datetime] = {}


@dataclass(frozen=True)
class LastKnown:
    content: bytes
    content_type: str
    made_at: datetime

    def dated(self) -> bytes:
        """The page with a notice that says what it dates from, where it is a page."""
        if not self.content_type.startswith("text/html"):
            return self.content
        title = f"Données du {format_datetime(self.made_at)}"
        notice = render_to_string("components/dated_copy.html", {"title": title})
        return _MAIN.sub(lambda main: main[0] + notice.encode(), self.content, count=1)


def remember(address: str, known: LastKnown) -> None:
    """Keep the answer of `address`, « path?query ». A full disk is no reason to fail.

    Side effect: the page's file, once a minute at most. Searches are left out: they have no end.
    """
    last = _written.get(address)
    is_recent = last and last <= known.made_at < last + _EVERY
    if is_recent or not settings.LAST_KNOWN_PAGES or not address.endswith("?"):
        return
    head = {"type": known.content_type, "made_at": known.made_at.isoformat()}
    target = _file(address)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(json.dumps(head).encode() + b"\n" + known.content)
        Path(file.name).replace(target)
    except OSError:
        logger.exception("The last known page of %s cannot be kept.", address)
    _written[address] = known.made_at


def recall(address: str) -> LastKnown | None:
    """The last answer of this address, None when none is kept."""
    if not settings.LAST_KNOWN_PAGES:
        return None
    try:
        head, _, content = _file(address).read_bytes().partition(b"\n")
        kept = json.loads(head)
        return LastKnown(content, kept["type"], datetime.fromisoformat(kept["made_at"]))
    except (OSError, ValueError, KeyError):
        return None


def _file(address: str) -> Path:
    return Path(settings.LAST_KNOWN_PAGES) / sha256(address.encode()).hexdigest()
