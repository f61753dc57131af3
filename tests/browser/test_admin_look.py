"""The back office in the portal's tokens: the stock pages hold up too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.portal.models import PagePart, PageText
from tests.support.browser import axe, screenshots, sideways_scroll, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    *("/admin/", "/admin/portal/pagetext/", "/admin/portal/pagetext/add/"),
    *("/admin/territory/zone/add/", "/admin/accounts/user/", "/admin/same_day_lines/line/add/"),
]


@pytest.mark.parametrize("address", PAGES)
def test_page_suits_everybody(
    page: Page, superuser: User, live_server: LiveServer, address: str
) -> None:
    PageText.objects.create(part=PagePart.HOST, body="Ici")
    sign_in(page, superuser, base_url=live_server.url)
    page.goto(address)
    assert axe(page) == []
    assert sideways_scroll(page) == []
    name = address.strip("/").replace("/", "-")
    screenshots(page, name)


def test_menu_of_a_phone_leads_out(phone: Page, superuser: User, live_server: LiveServer) -> None:
    sign_in(phone, superuser, base_url=live_server.url)
    phone.goto("/admin/")
    phone.locator("header").get_by_text("Menu").click()
    expect(phone.get_by_role("button", name="Se déconnecter")).to_be_visible()
