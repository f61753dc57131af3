"""The beneficiary on a telephone: the agreement comes, goes back signed, then the account."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agreements import prepare_agreement, send_agreement
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement, BankDetails
from apps.casefiles.models import CaseFile
from tests.browser.conftest import OpenPage
from tests.factories.accounts import UserFactory
from tests.factories.awards import decided_file
from tests.factories.bank_details import bank_details
from tests.factories.casefiles import staff_member
from tests.support.browser import axe, outside_the_loop, screenshot, sideways_scroll, sign_in
from tests.support.uploads import image_bytes, pdf_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sound(page: Page) -> None:
    """axe finds nothing in either scheme, nothing reaches out of a narrow window."""
    assert axe(page) == []
    assert sideways_scroll(page) == []


@pytest.fixture
def doctor() -> User:
    return outside_the_loop(
        lambda: UserFactory(first_name="Alice", last_name="Démo", email="alice@exemple.fr")
    )


@pytest.fixture
def sent(doctor: User) -> CaseFile:
    """An agreement on its way. The session of the factories is in the past of the browser's clock
    or in its future: what is sent is dated now."""

    def build() -> CaseFile:
        head = staff_member(Role.HEAD)
        case_file = decided_file(actor=head, applicant=doctor)
        prepare_agreement(case_file=case_file, actor=head)
        send_agreement(case_file=case_file, actor=head)
        return case_file

    return outside_the_loop(build)


def receive_sign_and_give_the_account(page: Page, case_file: CaseFile, folder: Path) -> None:
    (folder / "signee.pdf").write_bytes(pdf_bytes(pages=2))
    (folder / "rib.jpg").write_bytes(image_bytes())
    page.goto(f"/mon-espace/dossiers/{case_file.reference}/")
    page.get_by_role("link", name="Signer ma convention").click()
    expect(page.get_by_role("heading", name="Votre convention", level=1)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Convention à signer (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_label("Convention signée").set_input_files(folder / "signee.pdf")
    page.get_by_role("button", name="Envoyer ma convention signée").click()
    expect(page.get_by_text("Votre convention signée est reçue.")).to_be_visible()

    page.get_by_role("link", name="Donner mes coordonnées bancaires").click()
    page.get_by_label("IBAN", exact=True).fill("FR14 2004 1010 0505 0001 3M02 607")
    page.get_by_label("Titulaire du compte").fill("Alice Démo")
    page.get_by_label("RIB", exact=True).set_input_files(folder / "rib.jpg")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Cet IBAN contient une erreur").first).to_be_visible()
    # What was typed is kept; the browser never keeps a file.
    expect(page.get_by_label("Titulaire du compte")).to_have_value("Alice Démo")
    page.get_by_label("IBAN", exact=True).fill("FR14 2004 1010 0505 0001 3M02 606")
    page.get_by_label("RIB", exact=True).set_input_files(folder / "rib.jpg")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Vos coordonnées bancaires sont enregistrées.")).to_be_visible()
    expect(page.get_by_text("FR•• •••• •••• 2606")).to_be_visible()


def test_beneficiary_signs_and_gives_the_account_on_a_phone(
    phone: Page, doctor: User, sent: CaseFile, live_server: LiveServer, tmp_path: Path
) -> None:
    sign_in(phone, doctor, base_url=live_server.url)
    for address in ("", "convention/", "coordonnees-bancaires/"):
        phone.goto(f"/mon-espace/dossiers/{sent.reference}/{address}")
        sound(phone)
    phone.goto(f"/mon-espace/dossiers/{sent.reference}/convention/")
    screenshot(phone, "convention-a-signer")

    receive_sign_and_give_the_account(phone, sent, tmp_path)

    sound(phone)
    for address in ("convention/", "coordonnees-bancaires/"):
        phone.goto(f"/mon-espace/dossiers/{sent.reference}/{address}")
        sound(phone)
        screenshot(phone, f"apres-{address.strip('/')}")
    agreement, details = outside_the_loop(
        lambda: (Agreement.objects.get(case_file=sent), BankDetails.objects.get(case_file=sent))
    )
    assert (agreement.status, details.holder) == (AgreementStatus.RETURNED, "Alice Démo")


def test_the_same_without_scripts(
    page_without_scripts: Page,
    doctor: User,
    sent: CaseFile,
    live_server: LiveServer,
    tmp_path: Path,
) -> None:
    sign_in(page_without_scripts, doctor, base_url=live_server.url)
    receive_sign_and_give_the_account(page_without_scripts, sent, tmp_path)


def test_desk_checks_the_copy_and_the_accountant_opens_the_number(
    open_page: OpenPage, live_server: LiveServer
) -> None:
    def build() -> tuple[CaseFile, User, User]:
        head = staff_member(Role.HEAD)
        return bank_details(actor=head).case_file, head, staff_member(Role.ACCOUNTANT)

    case_file, head, accountant = outside_the_loop(build)
    desk = open_page()
    sign_in(desk, head, base_url=live_server.url)
    address = f"/admin/awards/agreement/{case_file.pk}"
    for name in ("preparer", "envoyer", "retour", "refuser", "activer", "compte"):
        desk.goto(f"{address}/{name}/")
        sound(desk)
        screenshot(desk, f"guichet-{name}")
    desk.goto("/admin/awards/agreement/")
    sound(desk)
    screenshot(desk, "guichet-conventions")

    office = open_page()
    sign_in(office, accountant, base_url=live_server.url)
    office.goto(f"{address}/compte/")
    expect(office.get_by_text("FR•• •••• •••• 2606")).to_be_visible()
    office.get_by_label("Préparer ou contrôler un versement").check()
    office.get_by_role("button", name="Voir l’IBAN complet").click()
    expect(office.get_by_text("FR14 2004 1010 0505 0001 3M02 606")).to_be_visible()
    sound(office)
    screenshot(office, "guichet-iban")
