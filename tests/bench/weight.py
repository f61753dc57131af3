"""What a first visit to a page downloads, compressed as a web server in front would."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

import brotli


@dataclass(frozen=True)
class FirstView:
    requests: int
    compressed_bytes: int


def first_view(address: str) -> FirstView:
    """The document, its style sheets, scripts and images (lazy ones and icons left out)."""
    document = _download(address)
    parts = _Parts()
    parts.feed(document.decode())
    bodies = [document, *(_download(urljoin(address, part)) for part in parts.addresses)]
    return FirstView(len(bodies), sum(len(brotli.compress(body, quality=5)) for body in bodies))


def _download(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as response:  # noqa: S310 - our own server
        return bytes(response.read())


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and values.get("rel") in {"stylesheet", "preload", "modulepreload"}:
            self.addresses.add(values["href"] or "")
        if tag in {"script", "img"} and values.get("src") and values.get("loading") != "lazy":
            self.addresses.add(values["src"] or "")
