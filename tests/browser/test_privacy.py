"""Personal data on the screen: « Mes données » on a phone, the registers at the desk.

No page of the portal asks another machine for anything: every browser test fails on such a
request (tests/support/browser.py, PageFaults), and this one says so of the pages on personal data.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import FileLook, LookKind
from apps.core import clock
from apps.privacy.models import ErasureRequest
from apps.privacy.packs import ask_pack, make_pack
from apps.privacy.rounds import run_retention
from tests.factories.casefiles import START, installation_file
from tests.support.browser import assert_sound, outside_the_loop, screenshot, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def test_a_person_asks_for_a_copy_and_to_be_forgotten(
    phone: Page, applicant: User, live_server: LiveServer
) -> None:
    draft = outside_the_loop(
        lambda: installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    )
    sign_in(phone, applicant, base_url=live_server.url)

    phone.goto(f"/mon-espace/dossiers/{draft.reference}/")
    expect(phone.get_by_text("Les données seront effacées le")).to_be_visible()
    assert_sound(phone)
    phone.goto("/compte/")
    phone.get_by_role("link", name="Voir ce qui est gardé").click()
    expect(phone.get_by_text("Peut être effacée maintenant")).to_be_visible()
    assert_sound(phone)
    phone.get_by_role("button", name="Demander une copie de mes données").click()
    expect(phone.get_by_text("Votre copie se prépare").first).to_be_visible()
    phone.get_by_label("Un mot pour le guichet").fill("Je quitte le métier.")
    phone.get_by_role("button", name="Demander l’effacement").click()
    expect(phone.get_by_text("Votre demande d’effacement est notée")).to_be_visible()
    assert_sound(phone)
    screenshot(phone, "privacy-my-data")


def test_my_data_without_scripts(
    page_without_scripts: Page, applicant: User, live_server: LiveServer
) -> None:
    page = page_without_scripts
    outside_the_loop(lambda: make_pack(str(ask_pack(applicant, at=clock.now()).pk), at=clock.now()))
    sign_in(page, applicant, base_url=live_server.url)
    page.goto("/compte/donnees/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Télécharger ma copie").click()
    assert started.value.suggested_filename == "mes-donnees-orleans-sante.zip"
    page.get_by_label("Un mot pour le guichet").fill("x" * 2001)
    page.get_by_role("button", name="Demander l’effacement").click()
    expect(page.get_by_label("Un mot pour le guichet")).to_have_value("x" * 2001)
    page.get_by_label("Un mot pour le guichet").fill("Merci.")
    page.get_by_role("button", name="Demander l’effacement").click()
    expect(page.get_by_text("Votre demande d’effacement est notée")).to_be_visible()


def test_the_guichet_reads_its_registers_and_answers(
    page: Page, head: User, applicant: User, live_server: LiveServer
) -> None:
    case_file = outside_the_loop(
        lambda: installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    )
    FileLook.objects.create(user=head, case_file=case_file, kind=LookKind.PAGE, at=START)
    asked = ErasureRequest.objects.create(user=applicant, asked_at=clock.now(), message="Merci.")
    outside_the_loop(lambda: run_retention(at=START))
    sign_in(page, head, base_url=live_server.url)

    for name, address, heading in (
        ("periods", "/admin/privacy/retentionperiod/", "Durées de conservation"),
        (
            "period",
            "/admin/privacy/retentionperiod/regle/demande.installation.refusee/",
            "Demande refusée",
        ),
        ("processing", "/admin/privacy/deletionrecord/traitements/", "Registre des traitements"),
        ("looks", "/admin/casefiles/filelook/", "Consultations"),
        ("register", "/admin/privacy/deletionrecord/", "Effacements"),
        ("requests", "/admin/privacy/erasurerequest/", "Demandes d’effacement"),
        (
            "erase",
            f"/admin/privacy/erasurerequest/{asked.pk}/traiter/",
            "Effacer à la demande de la personne",
        ),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert_sound(page)
        screenshot(page, f"privacy-{name}")

    page.get_by_role("button", name="Effacer et répondre").press("Enter")
    expect(page.get_by_text("La personne est prévenue par courriel.")).to_be_visible()


def test_nonsense_in_a_length_is_said_by_keyboard_at_360_px(
    phone: Page, head: User, live_server: LiveServer
) -> None:
    sign_in(phone, head, base_url=live_server.url)
    phone.goto("/admin/privacy/retentionperiod/regle/demande.installation.refusee/")
    phone.locator("#id_length").fill("-3")
    phone.locator("#id_length").press("Enter")
    expect(phone.locator("#erreurs")).to_be_focused()
    expect(phone.locator("#id_length")).to_have_value("-3")
    assert_sound(phone)
    screenshot(phone, "privacy-period-refused")
    phone.locator("#id_length").fill("4")
    phone.locator("#id_length").press("Enter")
    expect(phone.get_by_text("4 ans après le refus")).to_be_visible()
    assert_sound(phone)
    screenshot(phone, "privacy-periods-narrow")
