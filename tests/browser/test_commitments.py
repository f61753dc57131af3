"""A commitment as its beneficiary reads it, on a phone and without a script."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.awards.commitments import record_first_day
from apps.awards.models import Commitment, CommitmentProof
from apps.core import clock
from tests.browser.conftest import OpenPage
from tests.factories.commitments import RECORDED_AT, award_terms, pay_all, waiting_commitment
from tests.support.browser import axe, screenshots, sideways_scroll, sign_in
from tests.support.uploads import pdf_bytes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def commitment(head: User, applicant: User) -> Commitment:
    """It began 400 days ago, 37 000 € are paid, a proof is awaited."""
    award_terms(proof_every_months=12)
    found = record_first_day(
        commitment=waiting_commitment(actor=head, applicant=applicant),
        actor=head,
        started_on=clock.today() - timedelta(days=400),
        at=RECORDED_AT,
    )
    pay_all(found.case_file)
    CommitmentProof.objects.create(
        commitment=found,
        due_on=clock.today() - timedelta(days=35),
        asked_at=clock.now() - timedelta(days=65),
    )
    return found


def check(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing that scrolls sideways; pictures on a phone and a desk."""
    assert axe(page) == []
    screenshots(page, f"commitment-{name}", of=(("light", 1280), ("dark", 1280), ("light", 360)))
    assert sideways_scroll(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})


def fill_day(page: Page, group: str, day: date) -> None:
    box = page.get_by_role("group", name=group)
    for part, value in (("Jour", day.day), ("Mois", day.month), ("Année", day.year)):
        box.get_by_label(part, exact=True).fill(str(value))


def test_beneficiary_reads_and_gives_on_a_phone(
    phone: Page, live_server: LiveServer, applicant: User, commitment: Commitment
) -> None:
    sign_in(phone, applicant, base_url=live_server.url)
    phone.goto(f"/mon-espace/dossiers/{commitment.case_file.reference}/")
    check(phone, "file")
    phone.get_by_role("link", name="Tout sur votre engagement").click()
    check(phone, "own")
    fill_day(phone, "Si l’engagement s’arrêtait le", date(2030, 1, 3))
    phone.get_by_role("button", name="Calculer").click()
    expect(phone.get_by_text("À rembourser au 3 janvier 2030")).to_be_visible()
    phone.get_by_role("link", name="Justificatif attendu le").click()
    check(phone, "give")
    phone.get_by_label("Fichier").set_input_files(
        {"name": "attestation.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()}
    )
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_text("C’est reçu. Le guichet le contrôle.")).to_be_visible()


def test_what_would_come_back_needs_no_script(
    open_page: OpenPage, live_server: LiveServer, applicant: User, commitment: Commitment
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, applicant, base_url=live_server.url)
    page.goto(f"/mon-espace/dossiers/{commitment.case_file.reference}/engagement/")
    fill_day(page, "Si l’engagement s’arrêtait le", date(2030, 2, 28))
    page.get_by_role("button", name="Calculer").click()

    expect(page.get_by_text("À rembourser au 28 février 2030")).to_be_visible()
