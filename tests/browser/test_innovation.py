"""A project's owner answers the call with a colleague: typed, saved, invited, sent, received."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.notifications.models import OutgoingEmail
from apps.programmes.innovation.models import Indicator, YearReport
from apps.programmes.innovation.report_requests import ask_reports
from tests.browser.conftest import OpenPage
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import join_documents, reference_rows
from tests.factories.innovation import active_proposal, innovation_staff, running_call
from tests.support.browser import axe, outside_the_loop, screenshot, sideways_scroll, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def head(settings: Settings) -> User:
    settings.STAFF_SECOND_FACTOR = False
    return innovation_staff(Role.HEAD)


def sound(page: Page) -> None:
    """axe finds nothing in either scheme, nothing reaches out of a narrow window."""
    assert axe(page) == []
    assert sideways_scroll(page) == []


def open_call() -> str:
    """The address of a call that is open today."""
    now = clock.now()
    reference_rows()
    call = running_call(
        year=clock.paris_date(now).year,
        opens_at=now - timedelta(days=20),
        closes_at=now + timedelta(days=8, hours=2),
        grace_seconds=30,
        perimeter="Des projets dans tout le Loiret.",
        presentation="Un appel pour innover.",
        rules="Le jury est souverain.",
    )
    return f"/innovation/{call.year}/"


def person(name: str, email: str) -> User:
    user: User = UserFactory(first_name=name, last_name="Démo", email=email)
    return user


def invitation_link() -> str:
    written = OutgoingEmail.objects.get(kind="casefile-co-editor").text
    found = re.search(r"/mon-espace/invitations/\S+/", written)
    assert found
    return found[0]


def fill_budget(page: Page) -> None:
    page.get_by_label("1 an", exact=True).check()
    page.get_by_label("Dépense 1, intitulé").fill("Animation")
    page.get_by_label("Dépense 1, année 1, en euros").fill("12 000")
    page.get_by_label("Financement 1, intitulé").fill("Fonds propres")
    page.get_by_label("Financement 1, année 1, en euros").fill("4000")
    page.get_by_label("Aide demandée, année 1, en euros").fill("8000")


def fill_project(page: Page) -> None:
    page.get_by_label("Titre du projet").fill("Des ateliers")
    page.get_by_label("E-santé").check()
    page.get_by_label("Résumé").fill("Des ateliers ouverts à tous.")
    page.get_by_label("Où se déroule le projet ?").fill("Orléans")
    page.get_by_label("Oui").check()


def read_the_call(phone: Page, address: str) -> None:
    phone.goto("/innovation/")
    sound(phone)
    screenshot(phone, "innovation")
    phone.goto(address)
    expect(phone.get_by_text("Il reste 8 jours")).to_be_visible()
    sound(phone)
    screenshot(phone, "innovation-appel")
    phone.goto("/aides/innovation/")
    sound(phone)
    screenshot(phone, "innovation-aide")
    phone.goto("/aides/innovation/simulateur/")
    sound(phone)


def type_the_organisation(phone: Page) -> None:
    """Saved while it is typed: what is right stays when the page is opened again."""
    phone.get_by_label("Commune ou autre collectivité").check()
    phone.get_by_label("Nom de l’organisme").fill("Commune Démo")
    phone.get_by_label("SIRET").fill("123")
    expect(phone.get_by_text(re.compile("Une réponse est à corriger"))).to_be_visible()
    sound(phone)
    screenshot(phone, "innovation-organisme")
    phone.reload()
    expect(phone.get_by_label("Nom de l’organisme")).to_have_value("Commune Démo")
    phone.get_by_label("SIRET").fill("123")
    phone.get_by_role("button", name="Enregistrer et continuer").tap()
    expect(phone.get_by_text(re.compile("Un SIRET compte 14 chiffres")).first).to_be_visible()
    sound(phone)
    phone.get_by_label("SIRET").fill("732 829 320 00074")
    phone.get_by_role("button", name="Enregistrer et continuer").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Les personnes à contacter")


def invite_a_colleague(phone: Page, reference: str) -> None:
    phone.goto(f"/mon-espace/dossiers/{reference}/")
    phone.get_by_role("link", name="Remplir à plusieurs").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Remplir à plusieurs")
    sound(phone)
    phone.get_by_label("Adresse e-mail de la personne à inviter").fill("bob@exemple.fr")
    phone.get_by_role("button", name="Envoyer l’invitation").tap()
    expect(phone.get_by_text("N’a pas encore accepté")).to_be_visible()
    sound(phone)
    screenshot(phone, "innovation-a-plusieurs")


def fill_the_rest_in(desk: Page) -> None:
    desk.goto(outside_the_loop(invitation_link))
    sound(desk)
    desk.get_by_role("button", name="Accepter et ouvrir la demande").click()
    expect(desk.get_by_text("Vous remplissez cette demande à plusieurs")).to_be_visible()
    sound(desk)
    screenshot(desk, "innovation-corédaction")
    desk.get_by_role("link", name="Votre projet").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Votre projet")
    fill_project(desk)
    desk.get_by_role("button", name="Enregistrer et continuer").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Les questions de l’appel")
    desk.get_by_label("Qu’est-ce qui est nouveau ?").fill("Tout.")
    desk.get_by_label("Combien de personnes le projet touche-t-il ?").fill("1 200")
    sound(desk)
    desk.get_by_role("button", name="Enregistrer et continuer").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Votre budget")
    fill_budget(desk)
    sound(desk)
    screenshot(desk, "innovation-budget")
    desk.get_by_role("button", name="Enregistrer et continuer").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Appel Santé Innovations Loiret")


def complete(owner: User) -> None:
    """What the journey does not show: contacts and pieces."""
    case_file = CaseFile.objects.get()
    case_file.postal_address = "1 rue de la Démo"
    case_file.save(update_fields=["postal_address"])
    detail = case_file.innovation_detail
    detail.legal_name, detail.legal_role = "Camille Démo", "Maire"
    detail.contact_name, detail.contact_email = "Alex Démo", "projet@example.org"
    detail.save(update_fields=["legal_name", "legal_role", "contact_name", "contact_email"])
    join_documents(case_file, owner, at=clock.now())


def test_owner_and_colleague_write_a_project_and_send_it(
    open_page: OpenPage, live_server: LiveServer
) -> None:
    address = outside_the_loop(open_call)
    owner = outside_the_loop(lambda: person("Alice", "alice@exemple.fr"))
    colleague = outside_the_loop(lambda: person("Bob", "bob@exemple.fr"))
    phone = open_page(**SMALL)
    read_the_call(phone, address)

    sign_in(phone, owner, base_url=live_server.url)
    phone.goto("/aides/innovation/demande/")
    sound(phone)
    phone.get_by_role("button", name="Commencer ma demande").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Appel Santé Innovations Loiret")
    phone.get_by_role("link", name="Votre organisme").tap()
    type_the_organisation(phone)
    reference = outside_the_loop(CaseFile.objects.get).reference
    invite_a_colleague(phone, reference)
    desk = open_page()
    sign_in(desk, colleague, base_url=live_server.url)
    fill_the_rest_in(desk)

    outside_the_loop(lambda: complete(owner))
    desk.goto(f"/mon-espace/dossiers/{reference}/verification/")
    expect(desk.get_by_text(re.compile("c’est à cette personne de l’envoyer"))).to_be_visible()
    phone.goto(f"/mon-espace/dossiers/{reference}/verification/")
    sound(phone)
    screenshot(phone, "innovation-verifier")
    phone.get_by_label(re.compile("exact", re.IGNORECASE)).check()
    phone.get_by_role("button", name="Envoyer ma demande").tap()

    expect(phone).to_have_url(re.compile("/accuse/$"))
    sound(phone)
    screenshot(phone, "innovation-accuse")
    assert outside_the_loop(lambda: CaseFile.objects.get().state) == "submitted"


def test_every_page_of_a_project_is_saved_without_scripts(
    page_without_scripts: Page, live_server: LiveServer
) -> None:
    outside_the_loop(open_call)
    owner = outside_the_loop(lambda: person("Alice", "alice@exemple.fr"))
    page = page_without_scripts
    sign_in(page, owner, base_url=live_server.url)
    page.goto("/aides/innovation/demande/")
    page.get_by_role("button", name="Commencer ma demande").click()
    page.get_by_role("link", name="Votre budget").click()
    fill_budget(page)
    page.get_by_label("Dépense 1, année 1, en euros").fill("beaucoup")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_text(re.compile("Dépense 1, année 1")).first).to_be_visible()
    expect(page.get_by_label("Dépense 1, année 1, en euros")).to_have_value("beaucoup")
    page.get_by_label("Dépense 1, année 1, en euros").fill("11 000")
    page.get_by_role("button", name="Enregistrer et finir plus tard").click()

    expect(page.get_by_text(re.compile("Il y a 1.000.€ de trop"))).to_be_visible()
    detail = outside_the_loop(lambda: CaseFile.objects.get().innovation_detail)
    assert detail.amount_asked == 8000


def awarded_project(head: User) -> CaseFile:
    """Its final report is asked, and its first year is told at the desk."""
    running_call()
    award = active_proposal(head)
    people = Indicator.objects.create(
        proposal=award.innovation_detail, label="Personnes reçues", unit="par an", target=100
    )
    report = YearReport.objects.create(
        proposal=award.innovation_detail, year=1, done="Dix ateliers.", sent_at=clock.now()
    )
    report.figures.create(indicator=people, value=80)
    ask_reports(at=clock.now())
    return award


def test_owner_writes_the_final_report_and_the_guichet_reads_it(
    open_page: OpenPage, live_server: LiveServer, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.programmes.innovation.report_requests.ASK_DAYS_BEFORE", 2000)
    award = outside_the_loop(lambda: awarded_project(head))
    assert award.applicant
    phone = open_page(**SMALL)
    sign_in(phone, award.applicant, base_url=live_server.url)
    phone.goto(f"/mon-espace/dossiers/{award.reference}/")
    sound(phone)
    screenshot(phone, "innovation-bilans")
    phone.get_by_role("link", name="Écrire votre bilan final").tap()
    phone.get_by_role("button", name="Remettre le bilan").tap()
    expect(phone.get_by_text("Dites ce qui a été fait.").first).to_be_visible()
    sound(phone)
    screenshot(phone, "innovation-bilan-final")
    phone.get_by_label("Ce qui a été fait").fill("Vingt ateliers.")
    phone.get_by_label("Personnes reçues").fill("120")
    phone.get_by_role("button", name="Remettre le bilan").tap()
    expect(phone.get_by_text("Votre bilan est remis.")).to_be_visible()

    desk = open_page()
    sign_in(desk, head, base_url=live_server.url)
    desk.goto(f"/admin/casefiles/casefile/{award.pk}/change/")
    expect(desk.get_by_role("row", name="Personnes reçues (par an)")).to_contain_text("80")
    sound(desk)
    screenshot(desk, "innovation-bilans-guichet")
