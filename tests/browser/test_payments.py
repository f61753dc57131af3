"""An accountant hands a payment to the treasury and records its answer, as on a phone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.awards.enums import InstalmentStatus
from apps.awards.models import BatchDownload, Instalment
from apps.core import clock
from tests.factories.payments import DEBTOR, due, exported, validated
from tests.support.browser import axe, fill_day, screenshot, screenshots, sideways_scroll, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _portal(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    settings.DEBTOR = DEBTOR


def check(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing that scrolls sideways; pictures on a phone and a desk."""
    assert axe(page) == []
    assert sideways_scroll(page) == []
    screenshots(page, f"payment-{name}", of=(("light", 360), ("dark", 1280)))


def test_accountant_exports_a_batch_and_records_its_payment(
    page_without_scripts: Page, live_server: LiveServer, head: User, accountant: User
) -> None:
    page = page_without_scripts
    (item,) = due(actor=head)
    sign_in(page, accountant, base_url=live_server.url)

    page.goto("/admin/")
    page.get_by_role("link", name="Versements", exact=True).first.click()
    check_without_scripts(page, "list")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Valider les versements cochés").click()
    page.get_by_role("button", name="Valider 1 versement").click()
    page.get_by_role("button", name="Établir un bordereau").click()
    screenshot(page, "payment-export-1280-light")
    fill_day(page, clock.today() + timedelta(days=2))
    page.get_by_role("button", name="Établir le bordereau").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bordereau PAY-")
    order = downloaded(page, "Télécharger le fichier SEPA", ".xml")
    assert order.startswith(b"<?xml")
    assert b'<InstdAmt Ccy="EUR">37000.00</InstdAmt>' in order
    rows = downloaded(page, "Télécharger le CSV", ".csv").decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert item.case_file.reference in rows[1]
    assert {download.user for download in BatchDownload.objects.all()} == {accountant}
    assert BatchDownload.objects.count() == 2

    page.get_by_role("link", name="Enregistrer le retour du payeur").click()
    page.get_by_role("button", name="Enregistrer les paiements").click()
    expect(page.get_by_role("alert")).to_contain_text("Indiquez le numéro d’un versement")
    fill_day(page, clock.today())
    page.get_by_label("Numéro du payeur").fill("M-2026-1")
    page.get_by_role("button", name="Enregistrer les paiements").click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()
    assert Instalment.objects.get(pk=item.pk).status == InstalmentStatus.PAID


def downloaded(page: Page, button: str, ending: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    assert download.value.suggested_filename.endswith(ending)
    return Path(download.value.path()).read_bytes()


def check_without_scripts(page: Page, name: str) -> None:
    """Where no script runs, axe cannot either: only the picture."""
    screenshot(page, f"payment-{name}-1280-noscript")


def test_pages_of_payments_are_clean_on_every_screen(
    page: Page, live_server: LiveServer, head: User, accountant: User
) -> None:
    (item,) = due(actor=head)
    waiting = validated(actor=head, accountant=accountant)
    batch = exported(validated(actor=head, accountant=accountant), accountant=accountant)
    sign_in(page, accountant, base_url=live_server.url)

    for name, address in (
        ("list", "/admin/awards/instalment/"),
        ("empty", "/admin/awards/instalment/?vue=payes"),
        ("validate", f"/admin/awards/instalment/valider/?versement={item.pk}"),
        ("payment", f"/admin/awards/instalment/{item.pk}/change/"),
        ("batches", "/admin/awards/batch/"),
        ("export", f"{reverse('admin:awards_batch_add')}?versement={waiting.pk}"),
        ("batch", f"/admin/awards/batch/{batch.pk}/change/"),
        ("answer", reverse("admin:awards_batch_answer", args=[batch.pk])),
        ("cancel", reverse("admin:awards_batch_cancel", args=[batch.pk])),
    ):
        page.goto(address)
        check(page, name)
