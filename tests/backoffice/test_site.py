from __future__ import annotations

import re

import pytest
from django.contrib import admin

from apps.accounts.models import User
from apps.core.paging import BoundedPaginator
from tests.support.client import PortalClient


def _menu(client: PortalClient) -> list[str]:
    html = client.get("/admin/portal/pagetext/").content.decode()
    wide = re.search(r'<nav class="wide".*?</nav>', html, re.DOTALL)
    assert wide
    return re.findall(r">([^<>]+)</a>", wide.group())


@pytest.mark.django_db
def test_menu_opens_only_what_the_person_may_see(client: PortalClient, editor: User) -> None:
    client.force_login(editor)
    assert _menu(client) == ["Logements", "Lieux de soins", "Données publiques"]


@pytest.mark.django_db
def test_long_first_name_leaves_room_for_the_menu(client: PortalClient, editor: User) -> None:
    editor.first_name = "Marie-Charlotte-Élisabeth"
    editor.save(update_fields=["first_name"])
    client.force_login(editor)
    page = client.get("/admin/").content.decode()
    assert "<summary>Marie-Charlotte…</summary>" in page


def test_page_title_says_where_one_is(client: PortalClient, editor: User) -> None:
    client.force_login(editor)
    html = client.get("/admin/portal/pagetext/").content.decode()
    assert "<title>Textes des pages obligatoires, Guichet unique</title>" in html
    assert "<h1>Textes des pages obligatoires</h1>" in html


@pytest.mark.django_db
def test_stock_style_sheets_are_left_out(client: PortalClient, editor: User) -> None:
    client.force_login(editor)
    for address in ("/admin/portal/pagetext/", "/admin/portal/pagetext/add/"):
        html = client.get(address).content.decode()
        assert re.findall(r'href="([^"]+\.css)"', html) == [
            "/static/css/site.css",
            "/static/css/admin.css",
        ]


def test_every_list_is_counted_so_far() -> None:
    """Our template says how far a list was counted."""
    others = [
        model._meta.label
        for model, model_admin in admin.site._registry.items()
        if not issubclass(model_admin.paginator, BoundedPaginator)
    ]
    assert others == []
