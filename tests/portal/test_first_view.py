"""The first view of a public page: at most 3 requests and 14 KB compressed (quality.md)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import URLPattern, URLResolver, get_resolver

from apps.casefiles.reference_rows import load_reference_rows
from tests.support.client import PortalClient

MOST_REQUESTS = 3
MOST_BYTES = 14 * 1024
MOST_STYLE_BYTES = 12 * 1024
# A page with a map: before its tiles, with the program or the outlines that draw it.
MOST_MAP_BYTES = 60 * 1024
MAP = "css/map.css"

# What a browser fetches to draw the page; it asks for the manifest only once the page is there.
_FETCHED = re.compile(
    r"""<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"|<img [^>]*src="([^"]+)"|"""
    r"""<link rel="icon"[^>]* href="(?!data:)([^"]+)\""""
)
# Addresses that need a code or an answer; those without any are found in the URL resolver.
ESTIMATE = (
    "/aides/installation/simulateur/?profession=masseur-kinesitherapeute&commune=45285"
    "&date=2023-06-01&maitre_de_stage=promesse&premiere_installation=oui&aide_ars=non"
)
PAGES = (
    ESTIMATE,
    "/communes/45234-orleans/",
    "/medecin-du-jour/45234-orleans/",
    "/medecin-du-jour/?q=saint",
    "/medecin-du-jour/?q=Atlantide",
    "/aides/installation/simulateur/?profession=astronaute&commune=saint",
    "/aides/bourse-etudes/simulateur/?etudes=medecine&parcours=zagreb&annee=1&engagement=oui",
    "/aides/stage-rural/simulateur/?commune=45028&debut=2026-11-16&fin=2027-01-31",
    "/lieux-de-soins/?commune=45234&km=15",
    "/logements/?ou=45234",
    "/adresse-inconnue/",
)
# People who sign in, or who were sent here: not a first view.
PRIVATE = ("/admin/", "/compte/", "/mon-espace/", "/demo/")


def _compressed(content: bytes) -> int:
    return len(gzip.compress(content, compresslevel=6))


def addresses(resolver: URLResolver, start: str = "/") -> Iterator[str]:
    """Every address of the portal that takes no argument."""
    for found in resolver.url_patterns:
        address = start + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from addresses(found, address)
        elif isinstance(found, URLPattern) and "<" not in address and "^" not in address:
            yield address


def public_pages(client: PortalClient) -> Iterator[tuple[str, bytes]]:
    """Address and content of each page that anybody may read."""
    open_to_all = sorted(
        {each for each in addresses(get_resolver()) if not each.startswith(PRIVATE)}
    )
    for address in (*open_to_all, *PAGES):
        response = client.get(address, headers={"accept": "text/html"})
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and response.status_code in {200, 404}:
            yield address, response.content


def fetched(html: str) -> list[bytes]:
    names = ["".join(groups).removeprefix("/static/") for groups in _FETCHED.findall(html)]
    return [Path(finders.find(name)).read_bytes() for name in names]


@pytest.mark.django_db
def test_every_public_page_is_light(client: PortalClient, lines: None) -> None:
    load_reference_rows()
    pages = dict(public_pages(client))
    assert {"/", "/aides/", "/medecin-du-jour/", "/aides/installation/", *PAGES} <= pages.keys()

    heavy = {}
    for address, content in pages.items():
        html = content.decode()
        parts = fetched(html)
        total = _compressed(content) + sum(_compressed(part) for part in parts)
        has_map = MAP in html
        if total > (MOST_MAP_BYTES if has_map else MOST_BYTES):
            heavy[address] = f"{total} bytes"
        elif not has_map and len(parts) + 1 > MOST_REQUESTS:
            heavy[address] = f"{len(parts) + 1} requests"
    assert heavy == {}


def test_style_sheets_are_light() -> None:
    """All of ours, whichever page they are for; a map's go with its program (MOST_MAP_BYTES)."""
    folder = Path(finders.find("css/site.css")).parent
    sheets = {sheet.name: _compressed(sheet.read_bytes()) for sheet in folder.glob("*.css")}
    assert sheets.pop("map.css") + sheets["site.css"] <= MOST_STYLE_BYTES
    assert sum(sheets.values()) <= MOST_STYLE_BYTES
