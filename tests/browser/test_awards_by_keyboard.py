"""Bursaries, rural internships, renewals and the supervisors' register, by the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.models import Attestation, Renewal
from apps.awards.renewals import open_renewals
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.dates import school_year_label
from apps.lookups.supervisors.models import Accreditation
from tests.browser.conftest import OpenPage
from tests.browser.test_internship import SMALL, code_sent, link_sent
from tests.factories.bursaries import bursary_staff, granted_bursary, renewal_round
from tests.factories.casefiles import reference_rows, staff_member
from tests.factories.internships import rural_commune
from tests.factories.supervisors import SupervisorFactory
from tests.support.browser import outside_the_loop, sign_in, tab_to, unseen_focus
from tests.support.uploads import pdf_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    tab_to(page, page.get_by_role("link", name=name).first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    tab_to(page, page.get_by_role("button", name=name).first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, label: str | re.Pattern[str], text: str) -> None:
    tab_to(page, page.get_by_label(label).first)
    page.keyboard.type(text)


def starts_at_the_top(page: Page) -> None:
    """Every control shows the focus; the walk begins anew."""
    assert unseen_focus(page) == []
    page.reload()


def pick(page: Page, question: str, answer: str) -> None:
    """Tab to the question, Space for its first answer, arrows to the one wanted."""
    group = page.get_by_role("group", name=question)
    wanted = group.get_by_label(answer, exact=True)
    tab_to(page, group.get_by_role("radio").first)
    page.keyboard.press("Space")
    for _ in range(group.get_by_role("radio").count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{answer} is not reached with the arrows")


def choose_file(page: Page, label: str, path: Path) -> None:
    tab_to(page, page.get_by_label(label))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)


def type_day(page: Page, question: str, *parts: str) -> None:
    boxes = page.get_by_role("group", name=question).get_by_role("textbox")
    for rank, part in enumerate(parts):
        tab_to(page, boxes.nth(rank))
        page.keyboard.type(part)


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.fixture
def student(page: Page, applicant: User, live_server: LiveServer) -> User:
    outside_the_loop(reference_rows)
    sign_in(page, applicant, base_url=live_server.url)
    return applicant


def test_student_estimates_and_asks_for_a_bursary(page: Page, student: User) -> None:
    page.goto("/aides/bourse-etudes/")
    starts_at_the_top(page)
    follow(page, "Estimer mon aide")
    title(page, "Estimer mon aide")
    pick(page, "Quelles études suivez-vous ?", "Médecine")
    pick(page, "Où étudiez-vous ?", "Faculté de Zagreb (Croatie)")
    write(page, "Quelle année d’études", "1")
    press(page, "Estimer mon aide")
    expect(page.locator("p.amount")).to_contain_text("1 200 €")
    starts_at_the_top(page)
    follow(page, "Commencer ma demande")
    press(page, "Commencer ma demande")

    title(page, "Bourse d’études")
    follow(page, "Vos études")
    pick(page, "Année universitaire", school_year_label(clock.today().year - 1))
    press(page, "Enregistrer et continuer")
    detail = outside_the_loop(lambda: CaseFile.objects.get().bursary_detail)
    assert (detail.track, detail.school_year) == ("zagreb", clock.today().year - 1)


def test_student_estimates_and_asks_for_an_internship(page: Page, student: User) -> None:
    outside_the_loop(lambda: rural_commune(name="Patay"))
    page.goto("/aides/stage-rural/")
    starts_at_the_top(page)
    follow(page, "Estimer mon aide")
    write(page, "Commune du stage", "Patay")
    type_day(page, "Premier jour du stage", "16", "11", "2026")
    type_day(page, "Dernier jour du stage", "31", "1", "2027")
    press(page, "Estimer mon aide")
    expect(page.locator("p.amount")).to_contain_text("150 € à 500 €")
    follow(page, "Commencer ma demande")
    press(page, "Commencer ma demande")

    title(page, "Forfait pour un stage rural")
    follow(page, "Votre stage")
    assert unseen_focus(page) == []
    detail = outside_the_loop(lambda: CaseFile.objects.get().internship_detail)
    assert str(detail.ends_on) == "2027-01-31"


def test_student_renews(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    certificate = tmp_path / "certificat.pdf"
    certificate.write_bytes(pdf_bytes())
    year = clock.today().year

    def build() -> CaseFile:
        case_file = granted_bursary(head=bursary_staff(Role.HEAD), school_year=year - 1)
        renewal_round(year, opens_on=clock.today(), due_on=None)
        open_renewals(on=clock.today(), at=clock.now())
        return case_file

    case_file = outside_the_loop(build)
    sign_in(page, case_file.applicant, base_url=live_server.url)
    page.goto(f"/mon-espace/dossiers/{case_file.reference}/")
    follow(page, re.compile("^Renouveler pour"))
    starts_at_the_top(page)
    pick(page, "Où en êtes-vous ?", "Je poursuis mes études")
    choose_file(page, re.compile("^Certificat de scolarité"), certificate)
    press(page, "Envoyer mon renouvellement")

    expect(page.get_by_text("Votre renouvellement est envoyé.")).to_be_visible()
    assert outside_the_loop(lambda: Renewal.objects.get().answers["year_of_study"]) == 2


def test_tutor_confirms_a_month(open_page: OpenPage, transactional_db: None) -> None:
    page = open_page(**{**SMALL, "is_mobile": False})
    page.goto(link_sent())
    press(page, "Recevoir un code")
    write(page, "Code reçu par e-mail", code_sent())
    press(page, "Continuer")
    starts_at_the_top(page)
    pick(page, "Cette personne était-elle présente ?", "Une partie du temps")
    press(page, "Envoyer ma réponse")

    # The refusal takes the focus: its link leads to the field.
    expect(page.locator("#erreurs")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Indiquez le nombre de jours de présence."))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Si c’est une partie")).to_be_focused()
    page.keyboard.type("9")
    press(page, "Envoyer ma réponse")
    expect(page.get_by_text("C’est noté. Merci.")).to_be_visible()
    assert outside_the_loop(lambda: Attestation.objects.get().days) == 9


def test_agent_keeps_the_register_of_supervisors(
    page: Page, live_server: LiveServer, settings: Settings, transactional_db: None
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    outside_the_loop(lambda: SupervisorFactory(first_name="Maud", last_name="Démo"))
    sign_in(page, staff_member(Role.CASEWORKER, "installation"), base_url=live_server.url)
    page.goto("/admin/supervisors/supervisor/")
    starts_at_the_top(page)
    follow(page, "Maud Démo")
    tab_to(page, page.get_by_role("button", name=re.compile("^Ajouter un")))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Premier jour").first).to_be_focused()
    page.keyboard.type("01012026")
    write(page, "Places par semestre", "2")
    tab_to(page, page.get_by_label(re.compile("^Décision")).first)
    page.keyboard.type("Université")
    press(page, "Enregistrer")

    expect(page.get_by_text("Maud Démo").first).to_be_visible()
    given = outside_the_loop(Accreditation.objects.get)
    assert (given.valid_during.lower.isoformat(), given.places_per_semester) == ("2026-01-01", 2)
