"""From the first question to the letter: applicant, agent and head, each in a browser of their own.

One long journey on purpose: it proves that the pieces fit, on a phone for the applicant and on a
desktop for the guichet. What each page does in detail is tested beside its view.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.reference_rows import load_reference_rows
from apps.core import clock
from apps.territory.models import Commune, ZoneClass, Zoning
from tests.browser.conftest import OpenPage
from tests.factories.casefiles import stored_pdf
from tests.factories.territory import ZoneFactory
from tests.support.browser import assert_sound, outside_the_loop, sign_in
from tests.support.jobs import run_jobs
from tests.support.pdf import pdf_tags, pdf_text
from tests.support.text import plain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ESTIMATE = (
    "/aides/installation/simulateur/?profession=masseur-kinesitherapeute&commune=45285"
    "&maitre_de_stage=promesse&premiere_installation=oui&aide_ars=non"
)


@pytest.fixture
def ready(communes: None) -> None:
    """The communes, one zone, the rates and pieces of the programme."""
    load_reference_rows()
    ZoneFactory(
        commune=Commune.objects.get(pk="45285"),
        zoning=Zoning.PHYSIOTHERAPIST,
        zone_class=ZoneClass.INTERMEDIATE,
    )


@pytest.fixture
def lease(tmp_path: Path) -> Path:
    path = tmp_path / "bail.pdf"
    with stored_pdf().file.open() as stored:
        path.write_bytes(stored.read())
    return path


def applicant_signs_up(page: Page) -> None:
    page.get_by_role("link", name="Créer un compte").click()
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Essai")
    page.get_by_label("Adresse e-mail").fill("camille@exemple.fr")
    page.get_by_role("button", name="Créer mon compte").click()
    field = page.get_by_label("Code à six chiffres")
    expect(field).to_be_visible()
    field.fill(re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0])
    page.keyboard.press("Enter")


def applicant_fills_the_form(page: Page, lease: Path) -> None:
    save = page.get_by_role("button", name="Enregistrer et continuer")
    page.get_by_role("link", name="Vos coordonnées").click()
    expect(page.get_by_label("Prénom")).to_have_value("Camille")
    page.get_by_label("Adresse postale").fill("1 rue de l’Essai\n45000 Orléans")
    save.click()
    # Profession, supervisor and other aids came with the estimate: the next page is the place.
    expect(page.get_by_role("combobox", name="Commune")).to_have_value(
        "Saint-Jean-de-la-Ruelle (45140)"
    )
    assert_sound(page)
    page.get_by_label("Maison de santé pluridisciplinaire").check()
    page.get_by_label("Adresse du lieu d’exercice").fill("2 place de l’Essai")
    # Half-way: stop, sign nothing away, and come back.
    page.get_by_role("button", name="Enregistrer et finir plus tard").click()
    page.goto("/mon-espace/")
    assert_sound(page)
    page.get_by_role("link", name=re.compile("Reprendre")).first.click()
    page.get_by_role("link", name="Début et mode d’exercice").click()
    page.get_by_label("Jour").fill("4")
    page.get_by_label("Mois").fill("1")
    page.get_by_label("Année").fill(str(clock.today().year + 1))
    page.get_by_label("Libéral").check()
    save.click()
    for kind in ("Diplôme d’État", "Attestation d’inscription à l’Ordre", "Bail, promesse de bail"):
        page.goto(re.sub(r"(/dossiers/[^/]+/).*", r"\1pieces/", page.url))
        page.get_by_role("link", name=kind).first.click()
        page.get_by_label("Vos fichiers").set_input_files(lease)
        page.get_by_role("button", name="Envoyer", exact=True).click()
        expect(page.get_by_text("bail.pdf").first).to_be_visible()
    assert_sound(page)


def applicant_sends(page: Page) -> None:
    page.goto(re.sub(r"(/dossiers/[^/]+/).*", r"\1verification/", page.url))
    expect(page.get_by_text("37 000 €").first).to_be_visible()
    assert_sound(page)
    page.get_by_label("J’atteste l’exactitude").check()
    page.get_by_role("button", name="Envoyer ma demande").click()
    page.wait_for_url("**/accuse/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("envoyée")
    assert_sound(page)


@pytest.fixture
def phone_of_the_applicant(phone: Page, ready: None, lease: Path) -> Page:
    """The applicant's telephone, on the receipt of the request that was just sent."""
    phone.goto(ESTIMATE)
    expect(phone.get_by_text("37 000 €").first).to_be_visible()
    phone.get_by_role("link", name="Commencer ma demande").click()
    assert_sound(phone)
    phone.get_by_role("button", name="Commencer ma demande").click()
    applicant_signs_up(phone)
    phone.get_by_role("button", name="Commencer ma demande").click()
    assert_sound(phone)
    applicant_fills_the_form(phone, lease)
    applicant_sends(phone)
    return phone


@pytest.fixture
def desks(
    open_page: OpenPage,
    live_server: LiveServer,
    settings: Settings,
    caseworker: User,
    head: User,
) -> tuple[Page, Page]:
    """The desktops of the agent and of the head, signed in."""
    settings.STAFF_SECOND_FACTOR = False
    pages = open_page(), open_page()
    for page, user in zip(pages, (caseworker, head), strict=True):
        sign_in(page, user, base_url=live_server.url)
    return pages


def the_file() -> CaseFile:
    return outside_the_loop(CaseFile.objects.get)


def link_of_the_last_email(subject: str) -> str:
    """The address that the applicant finds in the e-mail just sent."""
    outside_the_loop(run_jobs)
    sent = mail.outbox[-1]
    assert subject in sent.subject
    found = re.search(r"http\S+/mon-espace/dossiers/\S+/", str(sent.body))
    assert found
    return found.group()


def agent_asks_for_corrections(page: Page, case_file: CaseFile) -> None:
    """The agent finds the file among those nobody follows, reads it, and asks two points again."""
    page.goto("/admin/")
    page.get_by_role("link", name=re.compile("Dossiers")).first.click()
    assert_sound(page)
    page.get_by_role("link", name=case_file.reference).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Camille Essai")
    expect(page.get_by_text("37 000 €").first).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Prendre en charge").click()
    assert_sound(page)
    page.get_by_role("button", name="Prendre en charge").click()
    expect(page.get_by_text("Dossier pris en charge.")).to_be_visible()
    page.get_by_role("link", name="Demander des corrections").click()
    ask(page.get_by_role("group", name="Réponses"), "Adresse du lieu", "Il manque le bâtiment.")
    ask(page.get_by_role("group", name="Pièces"), "Bail", "La dernière page manque.")
    assert_sound(page)
    page.get_by_role("button", name="Demander des corrections").click()
    expect(page.get_by_text("Corrections demandées.")).to_be_visible()


def ask(points: Locator, label: str, reason: str) -> None:
    points.get_by_role("checkbox", name=label).check()
    points.get_by_role("textbox", name=f"Pourquoi reprendre « {label}").fill(reason)


def applicant_corrects(page: Page, lease: Path) -> None:
    page.goto(link_of_the_last_email("Corrections attendues"))
    expect(page.get_by_role("heading", name="Corrigez 2 points")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Adresse du lieu").click()
    page.get_by_label("Adresse du lieu d’exercice").fill("2 place de l’Essai, bâtiment B")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("list").get_by_role("link", name=re.compile("^Bail")).first.click()
    page.get_by_label("Vos fichiers").set_input_files(lease)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    page.get_by_role("link", name="Continuer").click()
    page.get_by_role("link", name="Relire et envoyer mes corrections").click()
    expect(page.get_by_text("Maintenant : 2 place de l’Essai, bâtiment B")).to_be_visible()
    assert_sound(page)
    page.get_by_role("button", name="Envoyer mes corrections").click()
    expect(page.get_by_text("Reçu par le guichet")).to_be_visible()


def agent_proposes(page: Page, case_file: CaseFile) -> None:
    page.goto(f"/admin/casefiles/casefile/{case_file.pk}/change/")
    corrections = page.get_by_role("region", name="Corrections")
    expect(corrections.get_by_text("2 place de l’Essai, bâtiment B")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Prendre en charge").click()
    page.get_by_role("button", name="Prendre en charge").click()
    page.get_by_role("link", name="Proposer une décision").click()
    page.get_by_label("Accorder").check()
    assert_sound(page)
    page.get_by_role("button", name="Proposer une décision").click()
    expect(page.get_by_text("Décision proposée.")).to_be_visible()
    # Who proposes does not decide: the next move is somebody else's, and the page says so.
    expect(page.get_by_role("link", name="Inscrire en commission")).to_have_count(0)


def head_plans_a_session_of_today(page: Page) -> None:
    page.goto("/admin/awards/session/")
    page.get_by_role("link", name="Prévoir une commission").first.click()
    page.get_by_label("Intitulé").fill("Commission permanente")
    today = clock.today()
    for part, value in (("Jour", today.day), ("Mois", today.month), ("Année", today.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Commission permanente")


def head_closes_the_session(page: Page, case_file: CaseFile) -> None:
    """From the file's own page to the agenda, the vote and the closing."""
    page.goto(f"/admin/casefiles/casefile/{case_file.pk}/change/")
    page.get_by_role("link", name="Inscrire en commission").click()
    page.get_by_role("radio", name="Commission permanente").check()
    assert_sound(page)
    page.get_by_role("button", name="Inscrire en commission").click()
    expect(page.get_by_text("1 dossier inscrit à l’ordre du jour.")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Enregistrer les votes").click()
    expect(page.get_by_label("Suivre : accorder 37 000 €")).to_be_checked()
    assert_sound(page)
    page.get_by_role("button", name="Enregistrer et passer à la clôture").click()
    page.get_by_label("Numéro de la délibération").fill("CP-2026/D07")
    assert_sound(page)
    page.get_by_role("button", name="Clore la commission").click()
    expect(page.get_by_text("Commission close : 1 accord pour 37 000 €.")).to_be_visible()
    assert_sound(page)


def applicant_downloads_the_letter(page: Page, case_file: CaseFile) -> bytes:
    page.goto(link_of_the_last_email("La décision est prise"))
    expect(page.get_by_role("heading", name="La décision")).to_be_visible()
    expect(page.get_by_text("37 000 €").first).to_be_visible()
    expect(page.get_by_text("délibération CP-2026/D07")).to_be_visible()
    assert_sound(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Lettre de décision (PDF)").first.click()
    assert download.value.suggested_filename == f"decision-{case_file.reference}.pdf"
    return Path(download.value.path()).read_bytes()


def test_from_the_simulator_to_the_letter(
    phone_of_the_applicant: Page, desks: tuple[Page, Page], lease: Path
) -> None:
    agent, head = desks
    case_file = the_file()
    assert (case_file.state, case_file.computed_amount) == (CaseFileState.SUBMITTED, 37000)

    agent_asks_for_corrections(agent, case_file)
    applicant_corrects(phone_of_the_applicant, lease)
    agent_proposes(agent, case_file)
    head_plans_a_session_of_today(head)
    head_closes_the_session(head, case_file)
    letter = applicant_downloads_the_letter(phone_of_the_applicant, case_file)

    text = plain(pdf_text(letter)).replace("\n", " ")
    assert case_file.reference in text
    assert "Camille Essai" in text
    assert "Par délibération n° CP-2026/D07" in text
    assert "vous accorde une aide de 37 000 €" in text
    assert "Vous avez deux mois à compter de la réception de cette lettre." in text
    assert {"/H1", "/Table"} <= set(pdf_tags(letter))
    assert the_file().granted_amount == 37000
