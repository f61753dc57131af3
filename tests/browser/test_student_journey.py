"""A student, from the estimate to the first payment and the second year, on one file.

The student on a phone, the guichet on desktops of their own. The votes, and the agreement up to
its sending, are made by the verbs: their pages have their own journeys.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agenda import add_to_agenda
from apps.awards.agreements import prepare_agreement, send_agreement
from apps.awards.models import Renewal
from apps.awards.renewals import open_renewals
from apps.awards.sessions import close_session
from apps.casefiles.models import CaseFile
from apps.casefiles.reference_rows import load_reference_rows
from apps.core import clock
from apps.core.dates import school_year_label
from tests.browser.conftest import OpenPage
from tests.factories.awards import FOLLOW, planned_session
from tests.factories.bank_details import FRENCH_IBAN
from tests.factories.bursaries import bursary_staff, opened_renewal, renewal_round
from tests.factories.payments import DEBTOR
from tests.support.browser import assert_sound, fill_day, screenshot, sign_in
from tests.support.pdf import pdf_text
from tests.support.text import plain
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
    settings.DEBTOR = DEBTOR

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
    page.get_by_label(school_year_label(clock.today().year - 1)).check()
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


def desk_file(case_file: CaseFile) -> str:
    return f"/admin/casefiles/casefile/{case_file.pk}/change/"


def space_file(case_file: CaseFile) -> str:
    return f"/mon-espace/dossiers/{case_file.reference}/"


def caseworker_proposes(page: Page, case_file: CaseFile) -> None:
    page.goto(desk_file(case_file))
    assert_sound(page)
    page.get_by_role("link", name="Prendre en charge").click()
    page.get_by_role("button", name="Prendre en charge").click()
    page.get_by_role("link", name="Proposer une décision").click()
    page.get_by_label("Accorder").check()
    page.get_by_label("Montant", exact=True).fill("9 999")
    page.get_by_role("button", name="Proposer une décision").click()
    expect(page.get_by_text("Le montant se situe entre 1 200 € et 3 000 €.").first).to_be_visible()
    assert_sound(page)
    page.get_by_label("Montant", exact=True).fill("1 500")
    page.get_by_role("button", name="Proposer une décision").click()
    expect(page.get_by_text("Décision proposée.")).to_be_visible()


def commission_grants(case_file: CaseFile) -> None:
    """Voted today; the agreement is on its way."""
    head = bursary_staff(Role.HEAD)
    session = planned_session(actor=head, held_on=clock.today())
    (item,) = add_to_agenda(session=session, case_files=[case_file], actor=head, at=clock.now())
    close_session(
        session=session, actor=head, deliberation="CP-1", votes={item.pk: FOLLOW}, at=clock.now()
    )
    prepare_agreement(case_file=case_file, actor=head)
    send_agreement(case_file=case_file, actor=head)


def student_signs(page: Page, case_file: CaseFile, paper: Path) -> None:
    page.goto(space_file(case_file))
    assert_sound(page)
    page.get_by_role("link", name="Signer ma convention").click()
    assert_sound(page)
    page.get_by_label("Convention signée").set_input_files(paper)
    page.get_by_role("button", name="Envoyer ma convention signée").click()
    page.get_by_role("link", name="Donner mes coordonnées bancaires").click()
    assert_sound(page)
    page.get_by_label("IBAN", exact=True).fill(FRENCH_IBAN)
    page.get_by_label("Titulaire du compte").fill("Alice Démo")
    page.get_by_label("RIB", exact=True).set_input_files(paper)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Vos coordonnées bancaires sont enregistrées.")).to_be_visible()


def head_activates(page: Page, case_file: CaseFile) -> None:
    page.goto(desk_file(case_file))
    page.get_by_role("link", name="Activer la convention").click()
    fill_day(page, clock.today())
    assert_sound(page)
    page.get_by_role("button", name="Activer la convention").click()
    expect(page.get_by_text("Convention activée.")).to_be_visible()


def student_proves(page: Page, case_file: CaseFile, certificate: Path) -> None:
    page.goto(space_file(case_file))
    page.get_by_role("link", name=re.compile("^Certificat de scolarité [0-9]")).click()
    assert_sound(page)
    screenshot(page, "bursary-proof")
    page.get_by_label("Votre justificatif").set_input_files(certificate)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_text("Justificatif en cours de contrôle")).to_be_visible()


def caseworker_accepts(page: Page, case_file: CaseFile) -> None:
    """The list of payments says what waits: one certificate to look at."""
    payment = case_file.instalments.get()
    page.goto(f"/admin/awards/instalment/{payment.pk}/change/")
    page.get_by_role("link", name="Contrôler le justificatif").click()
    assert_sound(page)
    page.get_by_role("button", name="Accepter").click()
    expect(page.get_by_text("Justificatif accepté.")).to_be_visible()
    # Who studied the file never pays it.
    expect(page.get_by_role("link", name="Valider", exact=True)).to_have_count(0)


def accountant_pays(page: Page, case_file: CaseFile) -> None:
    page.goto("/admin/awards/instalment/")
    assert_sound(page)
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Valider les versements cochés").click()
    page.get_by_role("button", name="Valider 1 versement").click()
    page.get_by_role("button", name="Établir un bordereau").click()
    assert_sound(page)
    fill_day(page, clock.today() + timedelta(days=2))
    page.get_by_role("button", name="Établir le bordereau").click()
    expect(page.get_by_text(case_file.reference).first).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Enregistrer le retour du payeur").click()
    fill_day(page, clock.today())
    page.get_by_label("Numéro du payeur").fill("M-2026-1")
    assert_sound(page)
    page.get_by_role("button", name="Enregistrer les paiements").click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()


def student_reads_the_payment(page: Page, case_file: CaseFile) -> None:
    page.goto(space_file(case_file))
    payments = page.get_by_role("list").filter(has_text="Année universitaire")
    expect(payments.get_by_role("listitem")).to_contain_text("1 500 €")
    expect(payments.get_by_role("listitem")).to_contain_text("Versé le")
    assert_sound(page)
    screenshot(page, "bursary-paid")


def round_opens() -> None:
    renewal_round(clock.today().year, opens_on=clock.today(), due_on=None)
    assert open_renewals(on=clock.today(), at=clock.now()) == 1


def student_renews(page: Page, case_file: CaseFile, certificate: Path) -> None:
    page.goto(space_file(case_file))
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


def caseworker_proposes_the_year(page: Page, case_file: CaseFile) -> None:
    page.goto(desk_file(case_file))
    page.get_by_role("link", name=school_year_label(clock.today().year)).click()
    expect(page.get_by_role("row", name=re.compile("année d’études"))).to_contain_text("Changé")
    expect(page.get_by_text("Changé", exact=True)).to_have_count(1)
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


def head_grants_the_year(page: Page, renewal: Renewal) -> None:
    page.goto(f"/admin/awards/renewal/{renewal.pk}/change/")
    page.get_by_role("link", name="Accorder l’année").click()
    fill_day(page, clock.today())
    page.get_by_label("Numéro de la délibération").fill("CP-2")
    assert_sound(page)
    page.get_by_role("button", name="Accorder l’année").click()
    expect(page.get_by_text("L’année est accordée.")).to_be_visible()
    assert_sound(page)


def student_reads_the_year(page: Page, case_file: CaseFile) -> bytes:
    """The decision, its payment beside the first one, and the letter."""
    page.goto(space_file(case_file))
    expect(page.get_by_text("1 800 € de plus")).to_be_visible()
    payments = page.get_by_role("list").filter(has_text="Versé le").get_by_role("listitem")
    expect(payments).to_have_count(2)
    expect(payments.last).to_contain_text("1 800 €")
    expect(payments.last).to_contain_text("En préparation")
    assert_sound(page)
    screenshot(page, "renewal-granted")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Lettre de décision [0-9]")).first.click()
    return Path(download.value.path()).read_bytes()


def test_student_from_the_estimate_to_the_first_payment_and_the_second_year(
    student_phone: Page, desk: Desk, certificate: Path
) -> None:
    student_estimates(student_phone)
    student_applies(student_phone, certificate)
    case_file = CaseFile.objects.get()
    caseworker, head, accountant = (
        desk(role)[0] for role in (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT)
    )
    caseworker_proposes(caseworker, case_file)
    commission_grants(case_file)
    student_signs(student_phone, case_file, certificate)
    head_activates(head, case_file)

    student_proves(student_phone, case_file, certificate)
    caseworker_accepts(caseworker, case_file)
    accountant_pays(accountant, case_file)
    student_reads_the_payment(student_phone, case_file)

    round_opens()
    student_renews(student_phone, case_file, certificate)
    caseworker_proposes_the_year(caseworker, case_file)
    head_grants_the_year(head, Renewal.objects.get())
    letter = student_reads_the_year(student_phone, case_file)
    assert "vous accorde 1 800 € pour cette année" in plain(pdf_text(letter)).replace("\n", " ")


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
