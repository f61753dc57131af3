"""The applicant's pages after the first answers: uploads, corrections, messages, follow-up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import send_message
from apps.casefiles.models import CaseFile
from apps.core import clock
from tests.browser.conftest import OpenPage
from tests.factories.accounts import UserFactory
from tests.factories.awards import decided_file
from tests.factories.casefiles import (
    ask_corrections,
    installation_file,
    reference_rows,
    staff_member,
)
from tests.support.browser import (
    assert_sound,
    outside_the_loop,
    screenshot,
    sign_in,
    tab_to,
)
from tests.support.jobs import run_jobs
from tests.support.uploads import image_bytes, pdf_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def doctor() -> User:
    return outside_the_loop(
        lambda: UserFactory(first_name="Alice", last_name="Démo", email="alice@exemple.fr")
    )


@pytest.fixture
def signed_in_phone(phone: Page, doctor: User, live_server: LiveServer) -> Page:
    sign_in(phone, doctor, base_url=live_server.url)
    return phone


@pytest.fixture
def draft(doctor: User) -> CaseFile:
    def build() -> CaseFile:
        reference_rows()
        return start_case_file(programme="installation", applicant=doctor)

    return outside_the_loop(build)


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    contents = {
        "bail.pdf": pdf_bytes(),
        "photo.jpg": image_bytes(),
        "vide.pdf": b"",
        "faux.pdf": b"MZ\x90\x00",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def piece(case_file: CaseFile, slug: str = "bail") -> str:
    return f"/mon-espace/dossiers/{case_file.reference}/pieces/{slug}/"


def upload_and_look(page: Page, draft: CaseFile, papers: dict[str, Path]) -> None:
    page.goto(piece(draft))
    page.get_by_label("Vos fichiers").set_input_files(list(papers.values()))
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_text("2 fichiers reçus.")).to_be_visible()
    expect(page.get_by_text("Non reçu, « vide.pdf » : Ce fichier est vide.")).to_be_visible()
    expect(
        page.get_by_text("Non reçu, « faux.pdf » : Ce fichier est un programme.")
    ).to_be_visible()
    expect(page.get_by_role("link", name="bail.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="photo.jpg")).to_be_visible()


def test_upload_names_bad_files_and_keeps_good_ones(
    signed_in_phone: Page, draft: CaseFile, papers: dict[str, Path]
) -> None:
    upload_and_look(signed_in_phone, draft, papers)
    assert_sound(signed_in_phone)
    screenshot(signed_in_phone, "piece-apres-envoi")
    # The answer replaced the page in place: the next upload works as well.
    upload = signed_in_phone.get_by_label("Vos fichiers")
    upload.set_input_files(papers["vide.pdf"])
    signed_in_phone.get_by_role("button", name="Envoyer", exact=True).click()
    expect(signed_in_phone.get_by_role("alert")).to_contain_text("Ce fichier est vide.")
    expect(signed_in_phone.locator("#erreurs")).to_be_focused()


def test_upload_without_scripts(
    page_without_scripts: Page,
    doctor: User,
    draft: CaseFile,
    papers: dict[str, Path],
    live_server: LiveServer,
) -> None:
    sign_in(page_without_scripts, doctor, base_url=live_server.url)
    upload_and_look(page_without_scripts, draft, papers)


def test_upload_says_when_the_connection_fails_and_keeps_the_choice(
    signed_in_phone: Page, draft: CaseFile, papers: dict[str, Path]
) -> None:
    def fail(route: Route) -> None:
        if route.request.method == "POST":
            route.abort("connectionfailed")
        else:
            route.continue_()

    signed_in_phone.goto(piece(draft))
    signed_in_phone.route("**/pieces/bail/", fail)
    signed_in_phone.get_by_label("Vos fichiers").set_input_files(papers["bail.pdf"])
    send = signed_in_phone.get_by_role("button", name="Envoyer", exact=True)
    send.click()

    expect(signed_in_phone.get_by_text("L’envoi n’a pas abouti.")).to_be_visible()
    expect(send).to_be_enabled()
    signed_in_phone.unroute("**/pieces/bail/")
    send.click()
    expect(signed_in_phone.get_by_text("« bail.pdf » est reçu.")).to_be_visible()


def test_piece_is_announced_with_a_date(signed_in_phone: Page, draft: CaseFile) -> None:
    page = signed_in_phone
    page.goto(piece(draft))
    page.get_by_text("Je ne l’ai pas encore").click()
    page.get_by_label("Pourquoi ne l’avez-vous pas encore ?").fill("Le bail se signe bientôt.")
    page.get_by_label("Jour").fill("12")
    page.get_by_label("Mois").fill("décembre")
    page.get_by_label("Année").fill(str(clock.today().year + 1))
    assert_sound(page)
    page.get_by_role("button", name="Annoncer cette pièce").click()

    expect(page.get_by_text("C’est noté")).to_be_visible()
    expect(page.get_by_text("Annoncée")).to_be_visible()


def test_errors_take_the_focus_and_lead_to_their_field(
    signed_in_phone: Page, draft: CaseFile
) -> None:
    page = signed_in_phone
    page.goto(f"/mon-espace/dossiers/{draft.reference}/etapes/lieu/")
    page.get_by_role("button", name="Enregistrer et continuer").click()

    expect(page.locator("#erreurs")).to_be_focused()
    assert_sound(page)
    screenshot(page, "etape-avec-erreurs")
    page.get_by_role("link", name=re.compile("^Adresse du lieu d’exercice")).click()
    expect(page.get_by_label("Adresse du lieu d’exercice")).to_be_focused()


def test_corrections_are_answered_on_a_phone(
    signed_in_phone: Page, doctor: User, papers: dict[str, Path]
) -> None:
    page = signed_in_phone
    case_file = outside_the_loop(
        lambda: ask_corrections(
            installation_file(applicant=doctor), by=staff_member(Role.CASEWORKER)
        )
    )
    page.goto("/mon-espace/")
    assert_sound(page)
    page.get_by_role("link", name=re.compile("Aide à l’installation")).click()
    assert_sound(page)
    screenshot(page, "corrections-attendues")

    page.get_by_role("link", name="Adresse du lieu").click()
    expect(page.get_by_text("Il manque le numéro de la rue.")).to_be_visible()
    page.get_by_label("Adresse du lieu d’exercice").fill("14 rue de la Démo")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("list").get_by_role("link", name=re.compile("^Bail")).first.click()
    page.get_by_label("Vos fichiers").set_input_files(papers["bail.pdf"])
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_text("« bail.pdf » est reçu.")).to_be_visible()
    page.get_by_role("link", name="Continuer").click()
    page.get_by_role("link", name="Relire et envoyer mes corrections").click()
    expect(page.get_by_text("Maintenant : 14 rue de la Démo")).to_be_visible()
    assert_sound(page)
    screenshot(page, "corrections-a-envoyer")
    page.get_by_role("button", name="Envoyer mes corrections").click()

    expect(page.get_by_text("Reçu par le guichet")).to_be_visible()
    moved = outside_the_loop(lambda: CaseFile.objects.get(pk=case_file.pk))
    assert moved.state == CaseFileState.SUBMITTED


def test_messages_and_decision_on_a_phone(signed_in_phone: Page, doctor: User) -> None:
    page = signed_in_phone

    def build() -> CaseFile:
        case_file = decided_file(actor=staff_member(Role.HEAD), applicant=doctor)
        caseworker = staff_member(Role.CASEWORKER)
        send_message(case_file=case_file, author=caseworker, body="Félicitations.")
        return case_file

    case_file = outside_the_loop(build)
    page.goto(f"/mon-espace/dossiers/{case_file.reference}/")
    assert_sound(page)
    screenshot(page, "decision")
    page.get_by_role("link", name="Lire 1 message du guichet").click()
    expect(page.get_by_text("Félicitations.")).to_be_visible()
    page.get_by_label("Votre message").fill("Merci beaucoup.")
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Pas encore lu")).to_be_visible()
    assert_sound(page)
    screenshot(page, "messages")

    page.get_by_role("link", name=case_file.reference).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Lettre de décision (PDF)").first.click()
    assert download.value.suggested_filename == f"decision-{case_file.reference}.pdf"


def test_withdrawal_with_the_keyboard_only(
    page: Page, doctor: User, live_server: LiveServer
) -> None:
    sign_in(page, doctor, base_url=live_server.url)
    case_file = outside_the_loop(lambda: installation_file(applicant=doctor))
    page.goto(f"/mon-espace/dossiers/{case_file.reference}/")
    tab_to(page, page.get_by_role("link", name="Retirer ma demande"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/retrait/")
    assert_sound(page)
    tab_to(page, page.get_by_role("button", name="Retirer ma demande"))
    page.keyboard.press("Enter")

    expect(page.get_by_text("Retiré à votre demande")).to_be_visible()


def test_file_is_followed_without_an_account(open_page: OpenPage, doctor: User) -> None:
    case_file = outside_the_loop(lambda: installation_file(applicant=doctor))
    for options in ({}, {"java_script_enabled": False}):
        page = open_page(viewport={"width": 360, "height": 740}, **options)
        page.goto("/suivi/")
        if not options:
            assert_sound(page)
        page.get_by_label("Référence de votre dossier").fill(case_file.reference.lower())
        page.get_by_label("Adresse e-mail donnée").fill("alice@exemple.fr")
        page.get_by_role("button", name="Recevoir un code").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Entrez le code reçu")
        if not options:
            assert_sound(page)
        outside_the_loop(run_jobs)
        (sent,) = [sent for sent in mail.outbox if sent.subject == "Votre code de suivi"]
        mail.outbox.clear()
        found = re.search(r"^\d{6}$", str(sent.body), re.MULTILINE)
        assert found
        page.get_by_label("Code reçu par e-mail").fill(found.group())
        page.get_by_role("button", name="Voir ma demande").click()
        expect(page.get_by_text("Le guichet vérifie votre dossier")).to_be_visible()
        if not options:
            assert_sound(page)
            screenshot(page, "suivi")
            # A new code waits a minute: the second visitor comes later.
            outside_the_loop(lambda: case_file.follow_up_codes.all().delete())
