"""From the first question to the letter: applicant, agent and head, each in a browser of their own.

One long journey on purpose: it proves that the pieces fit, on a phone for the applicant and on a
desktop for the guichet. What each page does in detail is tested beside its view.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.reference_rows import load_reference_rows
from apps.territory.models import Commune, ZoneClass, Zoning
from tests.factories.casefiles import stored_pdf
from tests.factories.territory import ZoneFactory
from tests.support.browser import axe, outside_the_loop, sideways_scroll

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


def sound(page: Page) -> None:
    """axe finds nothing in either scheme, nothing reaches out of a narrow window."""
    assert axe(page) == []
    assert sideways_scroll(page) == []


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
    sound(page)
    page.get_by_label("Maison de santé pluridisciplinaire").check()
    page.get_by_label("Adresse du lieu d’exercice").fill("2 place de l’Essai")
    # Half-way: stop, sign nothing away, and come back.
    page.get_by_role("button", name="Enregistrer et finir plus tard").click()
    page.goto("/mon-espace/")
    sound(page)
    page.get_by_role("link", name=re.compile("Reprendre")).first.click()
    page.get_by_role("link", name="Début et mode d’exercice").click()
    page.get_by_label("Jour").fill("4")
    page.get_by_label("Mois").fill("1")
    page.get_by_label("Année").fill("2027")
    page.get_by_label("Libéral").check()
    save.click()
    for kind in ("Diplôme d’État", "Attestation d’inscription à l’Ordre", "Bail, promesse de bail"):
        page.goto(re.sub(r"(/dossiers/[^/]+/).*", r"\1pieces/", page.url))
        page.get_by_role("link", name=kind).first.click()
        page.get_by_label("Vos fichiers").set_input_files(lease)
        page.get_by_role("button", name="Envoyer", exact=True).click()
        expect(page.get_by_text("bail.pdf").first).to_be_visible()
    sound(page)


def applicant_sends(page: Page) -> None:
    page.goto(re.sub(r"(/dossiers/[^/]+/).*", r"\1verification/", page.url))
    expect(page.get_by_text("37 000 €").first).to_be_visible()
    sound(page)
    page.get_by_label("J’atteste l’exactitude").check()
    page.get_by_role("button", name="Envoyer ma demande").click()
    page.wait_for_url("**/accuse/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("envoyée")
    sound(page)


def test_applicant_goes_from_simulator_to_receipt_on_a_phone(
    phone: Page, ready: None, lease: Path
) -> None:
    phone.goto(ESTIMATE)
    expect(phone.get_by_text("37 000 €").first).to_be_visible()
    phone.get_by_role("link", name="Commencer ma demande").click()
    sound(phone)
    phone.get_by_role("button", name="Commencer ma demande").click()
    applicant_signs_up(phone)
    phone.get_by_role("button", name="Commencer ma demande").click()
    sound(phone)
    applicant_fills_the_form(phone, lease)
    applicant_sends(phone)

    case_file = outside_the_loop(CaseFile.objects.get)
    assert case_file.state == CaseFileState.SUBMITTED
    assert case_file.computed_amount == 37000
