"""What people read, for comparisons: no tags, ordinary spaces and hyphens."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.http import HttpResponse

from apps.core.dates import NO_BREAK_HYPHEN


def plain(text: str) -> str:
    """`text` with every run of spaces, no-break ones included, as one space.

    The hyphen that never breaks is an ordinary one.
    """
    return re.sub(r"\s+", " ", text).replace(NO_BREAK_HYPHEN, "-").strip()


def page_text(response: HttpResponse) -> str:
    """What the page says between <main> and </main>."""
    parser = _MainText(convert_charrefs=True)
    parser.feed(response.content.decode())
    parser.close()
    return plain("".join(parser.parts))


# Within a sentence: they part no words.
_INLINE = {"a", "strong", "time"}


class _MainText(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.parts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = self._inside or tag == "main"
        self._part_words(tag)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "main"
        self._part_words(tag)

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.parts.append(data)

    def _part_words(self, tag: str) -> None:
        if tag not in _INLINE:
            self.parts.append(" ")
