"""The first view of a public page: at most 3 requests and 14 KB compressed (quality.md)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders

from tests.support.client import PortalClient

MOST_REQUESTS = 3
MOST_BYTES = 14 * 1024
MOST_STYLE_BYTES = 12 * 1024

# What a browser fetches to draw the page; it asks for the manifest only once the page is there.
_FETCHED = re.compile(
    r"""<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"|<img [^>]*src="([^"]+)"|"""
    r"""<link rel="icon"[^>]* href="(?!data:)([^"]+)\""""
)


def _compressed(content: bytes) -> int:
    return len(gzip.compress(content, compresslevel=6))


def test_home_page_is_light(client: PortalClient) -> None:
    response = client.get("/")
    html = response.content.decode()
    addresses = ["".join(groups) for groups in _FETCHED.findall(html)]
    assert len(addresses) + 1 <= MOST_REQUESTS, addresses
    files = [finders.find(address.removeprefix("/static/")) for address in addresses]
    total = _compressed(response.content) + sum(
        _compressed(Path(file).read_bytes()) for file in files
    )
    assert total <= MOST_BYTES


def test_style_sheets_are_light() -> None:
    folder = Path(finders.find("css/site.css")).parent
    total = sum(_compressed(sheet.read_bytes()) for sheet in folder.glob("*.css"))
    assert total <= MOST_STYLE_BYTES
