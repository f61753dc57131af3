"""The guichet's desk: everybody, every width, the keyboard alone, and no scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.messaging import send_message, write_note
from apps.casefiles.models import CaseFile
from apps.core import clock
from tests.browser.conftest import OpenPage
from tests.factories.awards import active_file, decided_file
from tests.factories.casefiles import ask_corrections, installation_file
from tests.support.browser import (
    assert_sound,
    outside_the_loop,
    screenshots,
    sign_in,
    tab_to,
    unseen_focus,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORKLIST = "/admin/casefiles/casefile/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def desk(page: Page, caseworker: User, live_server: LiveServer) -> Page:
    """The desktop of an agent."""
    sign_in(page, caseworker, base_url=live_server.url)
    return page


@pytest.fixture
def submitted() -> CaseFile:
    return installation_file(at=clock.now() - timedelta(days=3))


@pytest.fixture
def under_review(caseworker: User) -> CaseFile:
    return installation_file(
        until=CaseFileState.UNDER_REVIEW,
        caseworker=caseworker,
        at=clock.now() - timedelta(days=30),
    )


def file_page(case_file: CaseFile) -> str:
    return f"{WORKLIST}{case_file.pk}/change/"


def move_page(case_file: CaseFile, move: str) -> str:
    return f"{WORKLIST}{case_file.pk}/move/{move}/"


def check(page: Page, name: str) -> None:
    """Sound, the focus always seen; pictures on a phone and a desk, in both schemes."""
    assert_sound(page)
    assert unseen_focus(page) == []
    screenshots(page, f"desk-{name}")


def test_worklist_suits_everybody(desk: Page, submitted: CaseFile, under_review: CaseFile) -> None:
    installation_file(at=clock.now() - timedelta(days=100))
    desk.goto(WORKLIST)
    table = desk.get_by_role("region", name="Dossiers")
    assert table.evaluate("frame => frame.scrollWidth - frame.clientWidth") == 0  # amounts are seen
    expect(desk.get_by_role("link", name=submitted.reference)).to_be_visible()
    check(desk, "worklist")
    desk.goto(f"{WORKLIST}?vue=en-retard")
    check(desk, "worklist-late")
    desk.goto(f"{WORKLIST}?q=%27%3B+%F0%9F%98%80")
    expect(desk.get_by_text("Aucun dossier ne répond")).to_be_visible()
    check(desk, "worklist-nothing")


def test_first_page_suits_everybody(
    desk: Page, head: User, submitted: CaseFile, live_server: LiveServer
) -> None:
    decided_file(actor=head)
    sign_in(desk, head, base_url=live_server.url)
    desk.goto("/admin/")
    check(desk, "first-page")


def test_file_page_suits_everybody(desk: Page, caseworker: User, submitted: CaseFile) -> None:
    assert submitted.applicant
    send_message(case_file=submitted, author=submitted.applicant, body="Bonjour,\nune question.")
    send_message(case_file=submitted, author=caseworker, body="Voici la réponse.")
    write_note(case_file=submitted, author=caseworker, body="Rappeler lundi.")
    desk.goto(file_page(submitted))
    check(desk, "file")


def test_file_pages_of_other_states_suit_everybody(
    desk: Page, caseworker: User, head: User
) -> None:
    waiting = ask_corrections(installation_file(), by=caseworker)
    for name, case_file in (("waiting", waiting), ("active", active_file(actor=head))):
        desk.goto(file_page(case_file))
        check(desk, f"file-{name}")


@pytest.mark.parametrize(
    ("move", "error"),
    [
        ("request_changes", "Cochez au moins une réponse ou une pièce à reprendre."),
        ("propose", "Choisissez : accorder, ou refuser."),
        ("dismiss", "Remplissez cette case."),
    ],
)
def test_move_page_suits_everybody_before_and_after_a_mistake(
    desk: Page, under_review: CaseFile, move: str, error: str
) -> None:
    desk.goto(move_page(under_review, move))
    check(desk, f"move-{move}")
    desk.locator("main form button.btn").click()
    expect(desk.get_by_role("alert")).to_contain_text(error)
    check(desk, f"move-{move}-mistake")


def test_intake_suits_everybody_before_and_after_a_mistake(desk: Page, submitted: CaseFile) -> None:
    desk.goto(f"{WORKLIST}add/")
    check(desk, "intake")
    phone = desk.get_by_role("textbox", name=re.compile("^Téléphone"))
    desk.get_by_label("Nom", exact=True).fill("Démo")
    phone.fill("allô ?")
    desk.get_by_role("button", name="Commencer le dossier").click()
    expect(desk.get_by_role("alert")).to_contain_text("Choisissez : au guichet, par téléphone")
    expect(desk.get_by_label("Nom", exact=True)).to_have_value("Démo")
    expect(phone).to_have_value("allô ?")
    check(desk, "intake-mistake")


def test_agent_takes_a_file_and_proposes_with_the_keyboard_only(
    desk: Page, submitted: CaseFile
) -> None:
    desk.goto(WORKLIST)
    # The box comes before the table: a name typed and Enter is all it takes.
    tab_to(desk, desk.get_by_label("Chercher un dossier"))
    desk.keyboard.type(submitted.reference.lower())
    desk.keyboard.press("Enter")
    desk.wait_for_url("**q=ins-*")
    press(desk, desk.get_by_role("link", name=submitted.reference))
    # What moves the file is reached before its contents.
    take, first_piece = (
        desk.get_by_role("link", name=name).first for name in ("Prendre en charge", "piece.pdf")
    )
    assert tab_to(desk, take) < 20
    assert tab_to(desk, first_piece) > 0
    desk.reload()
    press(desk, take)
    press(desk, desk.get_by_role("button", name="Prendre en charge"))
    expect(desk.get_by_text("Dossier pris en charge.")).to_be_visible()
    press(desk, desk.get_by_role("link", name="Proposer une décision"))
    tab_to(desk, desk.get_by_label("Accorder"))
    desk.keyboard.press("Space")
    tab_to(desk, desk.get_by_label("Montant"))
    desk.keyboard.press("Enter")  # Enter in a box sends its form
    expect(desk.get_by_text("Décision proposée.")).to_be_visible()
    moved = outside_the_loop(lambda: CaseFile.objects.get(pk=submitted.pk))
    assert moved.state == CaseFileState.PROPOSED


def press(page: Page, control: object) -> None:
    tab_to(page, control)  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def test_batch_is_assigned_with_the_keyboard_only(
    desk: Page, caseworker: User, submitted: CaseFile
) -> None:
    other = installation_file(at=clock.now() - timedelta(days=2))
    desk.goto(WORKLIST)
    for case_file in (submitted, other):
        tab_to(desk, desk.get_by_label(f"Choisir {case_file.reference}"))
        desk.keyboard.press("Space")
    press(desk, desk.get_by_role("button", name="Attribuer"))
    expect(desk.get_by_role("heading", name="2 dossiers")).to_be_visible()
    check(desk, "batch")
    press(desk, desk.get_by_role("button", name="Attribuer"))
    expect(desk.get_by_role("alert")).to_contain_text("Choisissez une personne.")
    check(desk, "batch-mistake")
    tab_to(desk, desk.get_by_role("radio").first)
    desk.keyboard.press("Space")
    press(desk, desk.get_by_role("button", name="Attribuer"))
    expect(desk.get_by_text("2 dossiers suivis par Chloé Instructrice.")).to_be_visible()
    owners = outside_the_loop(lambda: set(CaseFile.objects.values_list("owner_id", flat=True)))
    assert owners == {caseworker.pk}


def test_desk_on_a_phone_without_scripts(
    open_page: OpenPage, caseworker: User, submitted: CaseFile, live_server: LiveServer
) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(page, caseworker, base_url=live_server.url)
    page.goto(WORKLIST)
    page.get_by_label("Chercher un dossier").fill(submitted.last_name)
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name=submitted.reference).click()
    page.get_by_role("button", name="Accepter").first.click()
    expect(page.get_by_text("Acceptée").first).to_be_visible()
    page.get_by_role("link", name="Demander des corrections").click()
    page.get_by_role("checkbox", name="Bail").check()
    page.get_by_role("textbox", name="Pourquoi reprendre « Bail").fill("Il manque une page.")
    page.get_by_role("button", name="Demander des corrections").click()
    expect(page.get_by_text("Corrections demandées.")).to_be_visible()
    expect(page.get_by_text("À compléter").first).to_be_visible()


def test_request_brought_to_the_desk_is_typed_in_with_the_keyboard_only(
    desk: Page, submitted: CaseFile
) -> None:
    desk.goto(WORKLIST)
    press(desk, desk.get_by_role("link", name="Saisir une demande"))
    tab_to(desk, desk.get_by_label("Au guichet"))
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_label("Par téléphone")).to_be_checked()
    for label, typed in (
        ("Prénom", "Démo"),
        ("Nom", "Papier"),
        ("Adresse postale", "1 rue de la Démo\n45000 Orléans"),
    ):
        tab_to(desk, desk.get_by_label(label, exact=True))
        desk.keyboard.type(typed)
    press(desk, desk.get_by_role("button", name="Commencer le dossier"))
    expect(desk.get_by_text("Vous saisissez cette demande pour une personne")).to_be_visible()
    found = outside_the_loop(lambda: CaseFile.objects.get(last_name="Papier"))
    assert (found.state, found.channel) == (CaseFileState.DRAFT, Channel.PHONE)
