"""Every page of the back office that a link leads to, with who may open it.

The walk begins at each list of the admin site and at one row of each state, and follows the links
to the acts: a page that an app adds is found too. A page that differs with the row's state or with
the move asked for is found once for each: « casefiles_casefile_change granted »,
« casefiles_casefile_move withdraw ».
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from urllib.parse import urljoin

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import resolve, reverse

from apps.accounts.models import User

# Django's own addresses that show nothing of ours, or only lead elsewhere.
_NOT_OURS = {
    *("index", "login", "logout", "password_change", "password_change_done"),
    *("jsi18n", "autocomplete", "view_on_site", "app_list"),
}
# Of every model: the walk begins there, and does not go from row to row.
_OF_A_ROW = ("_change", "_history", "_delete")
# A list in another order, or its next page.
_NO_FILTER = {"", "o", "p", "page", "all", "apres", "avant"}
_MANY_LINKS = ("index", "_changelist", "_change")
_LINK = re.compile(r'(?:href|formaction|action)="([^"#]+)')


@dataclass(frozen=True, kw_only=True)
class DeskPage:
    """A page, and the first of the people who reads it; nobody where no page answers: a file is
    downloaded, or nothing is there to open by a link."""

    name: str
    address: str
    reader: str


def walk_desk(
    people: Mapping[str, User], *also: tuple[str, str], guides: int
) -> dict[str, DeskPage]:
    """Every page that a link leads these people to, beginning at `also` too (name, address).

    The first `guides` of them read each list and each row: what these link to depends on who
    reads. The others are asked where none of the guides may read.
    """
    clients = {name: Client() for name in people}
    for name, person in people.items():
        clients[name].force_login(person)
    pages: dict[str, DeskPage] = {}
    waiting = deque((name, address, "") for name, address in (*_beginnings(), *also))
    while waiting:
        name, address, shown_to = waiting.popleft()
        if name in pages:
            continue
        reader = ""
        # Whoever was shown the link first: an act is open to them rather than refused.
        for rank, person in enumerate(sorted(clients, key=lambda login: login != shown_to)):
            if reader and (rank >= guides or not name.split()[0].endswith(_MANY_LINKS)):
                break
            if html := _read(clients[person], address):
                reader = reader or person
                waiting.extend((*act, person) for act in _acts(html, address))
        pages[name] = DeskPage(name=name, address=address, reader=reader)
    return pages


def _read(client: Client, address: str) -> str:
    """The page, empty when there is none."""
    response = client.get(address)
    is_page = response["Content-Type"].startswith("text/html")
    html = response.content.decode() if is_page else ""
    response.close()
    return html if response.status_code == HTTPStatus.OK else ""


def _beginnings() -> Iterator[tuple[str, str]]:
    """The first page, each list, its empty form, a row of each state, the history of one."""
    yield "index", reverse("admin:index")
    for model in admin.site._registry:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}"
        for view in ("changelist", "add"):
            yield f"{prefix}_{view}", reverse(f"admin:{prefix}_{view}")
        rows = _one_of_each_state(model)
        for state, row in rows.items():
            address = reverse(f"admin:{prefix}_change", args=[row.pk])
            yield f"{prefix}_change {state}".strip(), address
        for row in list(rows.values())[:1]:
            for view in ("history", "delete"):
                yield f"{prefix}_{view}", reverse(f"admin:{prefix}_{view}", args=[row.pk])


def _one_of_each_state(model: type[Model]) -> dict[str, Model]:
    rows = model._default_manager.order_by("pk")
    fields = {item.name for item in model._meta.concrete_fields} & {"state", "status"}
    for name in fields:
        return {getattr(row, name): row for row in rows.order_by(name, "pk").distinct(name)}
    return dict.fromkeys([""], row) if (row := rows.first()) else {}


def _acts(html: str, address: str) -> Iterator[tuple[str, str]]:
    """The pages that this one links to, but for lists and other rows; a list's first filter."""
    for link in _LINK.findall(html):
        path, _, query = unescape(urljoin(address, link)).partition("?")
        if not path.startswith(reverse("admin:index")):
            continue
        found = resolve(path)
        name = found.url_name or ""
        if name.endswith("_changelist"):
            if query.partition("=")[0] not in _NO_FILTER:
                yield f"{name} filtered", f"{path}?{query}"
        elif name and not name.endswith(_OF_A_ROW) and name not in _NOT_OURS:
            yield f"{name} {found.kwargs.get('name', '')}".strip(), path
