"""A student applies from the simulator; a tutor confirms a month on a small telephone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.awards.models import Attestation, AttestationLink
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.notifications.models import OutgoingEmail
from tests.browser.conftest import OpenPage
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import reference_rows
from tests.factories.internships import (
    active_internship,
    duration_band,
    rural_commune,
    sent_link,
)
from tests.support.browser import axe, outside_the_loop, screenshot, sideways_scroll, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def sound(page: Page) -> None:
    """axe finds nothing in either scheme, nothing reaches out of a narrow window."""
    assert axe(page) == []
    assert sideways_scroll(page) == []


def link_sent(*, days_ago: int = 0) -> str:
    """The address of a link sent that day, for a placement whose first month was then over."""

    def build() -> str:
        duration_band()
        at = clock.now() - timedelta(days=days_ago)
        case_file = active_internship(
            at=at - timedelta(days=80),
            commune=rural_commune(name="Patay"),
            starts_on=clock.paris_date(at).replace(day=1) - timedelta(days=20),
            ends_on=clock.today() + timedelta(days=20),
        )
        return f"/presence/{sent_link(case_file, at=at)[1]}/"

    return outside_the_loop(build)


@pytest.fixture
def link(transactional_db: None) -> str:
    return link_sent()


def code_sent() -> str:
    def read() -> str:
        return OutgoingEmail.objects.filter(kind="awards-attestation-code").latest("pk").text

    found = re.search(r"\b\d{6}\b", outside_the_loop(read))
    assert found
    return found.group()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_tutor_confirms_a_month_on_a_phone(open_page: OpenPage, link: str, scripts: bool) -> None:
    phone = open_page(**SMALL, java_script_enabled=scripts)
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Alice M.")
    if scripts:
        sound(phone)
        screenshot(phone, "presence-lien")
    phone.get_by_role("button", name="Recevoir un code").tap()

    phone.get_by_label("Code reçu par e-mail").fill("000")
    phone.get_by_role("button", name="Continuer").tap()
    expect(phone.get_by_text("Le code compte 6 chiffres.").first).to_be_visible()
    if scripts:
        sound(phone)
    right = code_sent()
    phone.get_by_label("Code reçu par e-mail").fill("111111" if right == "000000" else "000000")
    phone.get_by_role("button", name="Continuer").tap()
    expect(phone.get_by_text(re.compile("Ce code n’est pas le bon")).first).to_be_visible()
    phone.get_by_label("Code reçu par e-mail").fill(right)
    phone.get_by_role("button", name="Continuer").tap()

    expect(phone.get_by_role("heading", level=1)).to_contain_text("Alice M.")
    if scripts:
        sound(phone)
        screenshot(phone, "presence-mois")
    phone.get_by_label("Oui, tout le temps").check()
    phone.get_by_role("button", name="Envoyer ma réponse").tap()

    expect(phone.get_by_text("C’est noté. Merci.")).to_be_visible()
    if scripts:
        sound(phone)
        screenshot(phone, "presence-merci")
    assert outside_the_loop(Attestation.objects.count) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_tutor_asks_for_another_link_once_it_is_over(
    open_page: OpenPage, transactional_db: None, scripts: bool
) -> None:
    phone = open_page(**SMALL, java_script_enabled=scripts)
    phone.goto(link_sent(days_ago=31))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ce lien n’est plus valable")
    if scripts:
        sound(phone)
        screenshot(phone, "presence-expire")
    phone.get_by_role("button", name="Recevoir un nouveau lien").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Un nouveau lien est parti")
    if scripts:
        sound(phone)
    assert outside_the_loop(AttestationLink.objects.count) == 2


@pytest.mark.parametrize(
    ("page", "title"),
    [("inconnu/", "Ce lien n’existe pas"), ("{}pas-moi/", "Ce lien n’est pas pour vous ?")],
)
def test_pages_beside_the_tutor_s_path_are_sound(
    open_page: OpenPage, link: str, page: str, title: str
) -> None:
    phone = open_page(**SMALL)
    phone.goto(page.format(link) if "{}" in page else f"/presence/{page}")
    expect(phone.get_by_role("heading", level=1)).to_have_text(title)
    sound(phone)


def test_student_applies_from_the_simulator(phone: Page, live_server: LiveServer) -> None:
    def build() -> object:
        reference_rows()
        rural_commune(name="Patay")
        return UserFactory(first_name="Alice", last_name="Démo", email="alice@exemple.fr")

    student = outside_the_loop(build)
    phone.goto("/aides/stage-rural/")
    sound(phone)
    screenshot(phone, "stage-rural")
    phone.get_by_role("link", name="Estimer mon aide").first.tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Estimer mon aide")
    phone.get_by_label("Commune du stage").fill("Patay")
    for group, day in (
        ("Premier jour du stage", ("16", "11", "2026")),
        ("Dernier jour du stage", ("31", "1", "2027")),
    ):
        boxes = phone.get_by_role("group", name=group).get_by_role("textbox")
        for rank, part in enumerate(day):
            boxes.nth(rank).fill(part)
    for question in ("Votre école", "Un employeur", "Avez-vous une bourse"):
        phone.get_by_role("group", name=re.compile(question)).get_by_label("Non").check()
    phone.get_by_role("button", name="Estimer mon aide").tap()
    expect(phone.locator("p.amount")).to_contain_text("150")
    sound(phone)
    screenshot(phone, "stage-rural-estimation")

    sign_in(phone, student, base_url=live_server.url)
    phone.get_by_role("link", name="Commencer ma demande").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Demander le forfait")
    sound(phone)
    phone.get_by_role("button", name="Commencer ma demande").tap()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Forfait pour un stage rural")
    detail = outside_the_loop(lambda: CaseFile.objects.get().internship_detail)
    assert str(detail.starts_on) == "2026-11-16"
    phone.get_by_role("link", name="Votre stage").tap()
    expect(phone.get_by_label("Commune du stage")).to_have_value(re.compile("Patay"))
    sound(phone)
