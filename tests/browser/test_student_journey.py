"""A student, from the estimate to the second year: one file, renewed on one page.

The vote between the two is made by the verbs: its pages have their own journey. The second half
needs no script.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agenda import add_to_agenda
from apps.awards.models import Renewal
from apps.awards.renewals import open_renewals
from apps.awards.sessions import close_session
from apps.casefiles.enums import Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.reference_rows import load_reference_rows
from apps.casefiles.transitions import perform
from apps.core import clock
from tests.browser.conftest import OpenPage
from tests.factories.awards import FOLLOW, planned_session
from tests.factories.bursaries import bursary_staff, opened_renewal, renewal_round
from tests.support.browser import assert_sound, screenshot, sign_in
from tests.support.uploads import pdf_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Desk = Callable[[Role], tuple[Page, User]]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificat.pdf"
    path.write_bytes(pdf_bytes())
    return path


@pytest.fixture
def student_phone(
    phone: Page, applicant: User, live_server: LiveServer, transactional_db: None
) -> Page:
    load_reference_rows()
    sign_in(phone, applicant, base_url=live_server.url)
    return phone


@pytest.fixture
def desk(open_page: OpenPage, live_server: LiveServer, settings: Settings) -> Desk:
    """The desktop of somebody with a role on bursaries, signed in."""
    settings.STAFF_SECOND_FACTOR = False

    def open_desk(role: Role) -> tuple[Page, User]:
        page, user = open_page(), bursary_staff(role)
        sign_in(page, user, base_url=live_server.url)
        return page, user

    return open_desk


def student_estimates(page: Page) -> None:
    page.goto("/aides/bourse-etudes/")
    assert_sound(page)
    screenshot(page, "bursary-aid")
    page.get_by_role("link", name="Estimer mon aide").first.click()
    assert_sound(page)
    page.get_by_label("Médecine", exact=True).check()
    page.get_by_label("Faculté de Zagreb (Croatie)").check()
    page.get_by_label("Quelle année d’études").fill("1")
    group = page.get_by_role("group", name=re.compile("Vous engagez-vous"))
    group.get_by_label("Oui").check()
    group = page.get_by_role("group", name=re.compile("autre aide"))
    group.get_by_label("Non").check()
    page.get_by_role("button", name="Estimer mon aide").click()
    expect(page.get_by_text("1 200 € à 3 000 €").first).to_be_visible()
    assert_sound(page)
    screenshot(page, "bursary-estimate")


def student_applies(page: Page, certificate: Path) -> None:
    page.get_by_role("link", name="Commencer ma demande").click()
    assert_sound(page)
    page.get_by_role("button", name="Commencer ma demande").click()
    save = page.get_by_role("button", name="Enregistrer et continuer")
    page.get_by_role("link", name="Vos coordonnées").click()
    page.get_by_label("Adresse postale").fill("1 rue de l’Essai\n45000 Orléans")
    save.click()
    page.goto(re.sub(r"(/dossiers/[^/]+/).*", r"\1etapes/etudes/", page.url))
    expect(page.get_by_label("Quelle année d’études")).to_have_value("1")
    page.get_by_label(f"{clock.today().year - 1}-{clock.today().year}").check()
    assert_sound(page)
    screenshot(page, "bursary-studies")
    save.click()
    for kind in ("Certificat de scolarité", "Justificatif des frais d’inscription"):
        page.goto(re.sub(r"(/dossiers/[^/]+/).*", r"\1pieces/", page.url))
        page.get_by_role("link", name=kind).first.click()
        page.get_by_label("Vos fichiers").set_input_files(certificate)
        page.get_by_role("button", name="Envoyer", exact=True).click()
        expect(page.get_by_text("certificat.pdf").first).to_be_visible()
    page.goto(re.sub(r"(/dossiers/[^/]+/).*", r"\1verification/", page.url))
    assert_sound(page)
    page.get_by_label("J’atteste l’exactitude").check()
    page.get_by_role("button", name="Envoyer ma demande").click()
    page.wait_for_url("**/accuse/")


def guichet_grants() -> CaseFile:
    """Reviewed, proposed and voted today."""
    case_file = CaseFile.objects.get()
    caseworker, head = bursary_staff(Role.CASEWORKER), bursary_staff(Role.HEAD)
    perform(case_file, "start_review", actor=caseworker)
    case_file = propose(
        case_file=case_file, actor=caseworker, outcome=Outcome.GRANT, amount=Decimal(1500)
    )
    session = planned_session(actor=head, held_on=clock.today())
    (item,) = add_to_agenda(session=session, case_files=[case_file], actor=head, at=clock.now())
    close_session(
        session=session, actor=head, deliberation="CP-1", votes={item.pk: FOLLOW}, at=clock.now()
    )
    renewal_round(clock.today().year, opens_on=clock.today(), due_on=None)
    open_renewals(on=clock.today(), at=clock.now())
    return case_file


def student_renews(page: Page, case_file: CaseFile, certificate: Path) -> None:
    page.goto(f"/mon-espace/dossiers/{case_file.reference}/")
    assert_sound(page)
    page.get_by_role("link", name=re.compile("^Renouveler pour")).click()
    expect(page.get_by_label("Quelle année d’études")).to_have_value("2")
    assert_sound(page)
    screenshot(page, "renewal-page")
    page.get_by_label("Je poursuis mes études").check()
    page.get_by_role("button", name="Envoyer mon renouvellement").click()
    expect(page.get_by_role("link", name="Joignez le justificatif.")).to_be_visible()
    assert_sound(page)
    page.get_by_label("Certificat de scolarité").set_input_files(certificate)
    page.get_by_role("button", name="Envoyer mon renouvellement").click()
    expect(page.get_by_text("Votre renouvellement est envoyé.")).to_be_visible()
    assert_sound(page)


def caseworker_proposes(page: Page, case_file: CaseFile) -> None:
    page.goto(f"/admin/casefiles/casefile/{case_file.pk}/change/")
    assert_sound(page)
    year = clock.today().year
    page.get_by_role("link", name=f"{year}-{year + 1}").click()
    expect(page.get_by_role("row", name=re.compile("année d’études"))).to_contain_text("Changé")
    assert_sound(page)
    screenshot(page, "renewal-study")
    page.get_by_role("link", name="Proposer une décision").click()
    page.get_by_label("Accorder").check()
    page.get_by_label("Montant pour l’année").fill("9 999")
    page.get_by_role("button", name="Proposer une décision").click()
    expect(page.get_by_text("Le plafond laisse 3 000 € au plus").first).to_be_visible()
    assert_sound(page)
    screenshot(page, "renewal-propose")
    page.get_by_label("Montant pour l’année").fill("1 800")
    page.get_by_role("button", name="Proposer une décision").click()
    expect(page.get_by_text("La proposition attend une autre personne.")).to_be_visible()


def head_grants(page: Page, renewal: Renewal) -> None:
    page.goto(f"/admin/awards/renewal/{renewal.pk}/change/")
    page.get_by_role("link", name="Accorder l’année").click()
    today = clock.today()
    for part, value in (("Jour", today.day), ("Mois", today.month), ("Année", today.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_label("Numéro de la délibération").fill("CP-2")
    assert_sound(page)
    page.get_by_role("button", name="Accorder l’année").click()
    expect(page.get_by_text("L’année est accordée.")).to_be_visible()
    assert_sound(page)


def test_student_from_the_estimate_to_the_second_year(
    student_phone: Page, desk: Desk, certificate: Path
) -> None:
    student_estimates(student_phone)
    student_applies(student_phone, certificate)
    case_file = guichet_grants()

    student_renews(student_phone, case_file, certificate)
    caseworker_proposes(desk(Role.CASEWORKER)[0], case_file)
    head_grants(desk(Role.HEAD)[0], Renewal.objects.get())

    student_phone.reload()
    expect(student_phone.get_by_text("1 800 € de plus")).to_be_visible()
    assert_sound(student_phone)
    screenshot(student_phone, "renewal-granted")


def test_renewal_and_its_lists_without_scripts(
    page_without_scripts: Page, desk: Desk, live_server: LiveServer, certificate: Path
) -> None:
    agent_page, _ = desk(Role.HEAD)
    renewal = opened_renewal(head=bursary_staff(Role.HEAD))
    student = renewal.case_file.applicant
    sign_in(page_without_scripts, student, base_url=live_server.url)

    page_without_scripts.goto(
        f"/mon-espace/dossiers/{renewal.case_file.reference}/renouvellement/2027/"
    )
    page_without_scripts.get_by_label("J’arrête mes études").check()
    page_without_scripts.get_by_label("Certificat de scolarité").set_input_files(certificate)
    page_without_scripts.get_by_role("button", name="Envoyer mon renouvellement").click()
    expect(page_without_scripts.get_by_text("Votre renouvellement est envoyé.")).to_be_visible()

    for address in ("renewal/", "renewalround/", "renewalround/add/"):
        agent_page.goto(f"/admin/awards/{address}")
        assert_sound(agent_page)
        screenshot(agent_page, f"desk-{address.strip('/').replace('/', '-')}")
