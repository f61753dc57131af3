"""A juror by the keyboard, on a phone, without scripts; a head from ranking to agenda."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.awards.models import AgendaItem
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.juries.enums import PhaseKind, ScoresShown
from apps.juries.models import Juror, Jury, Phase, Ranking, Review
from tests.factories.awards import planned_session, voted_envelope
from tests.factories.juries import (
    add_criteria,
    assign,
    campaign_file,
    given_review,
    judged_installation,
    make_jury,
    open_campaign,
    seat,
)
from tests.support.browser import assert_sound, screenshot, sideways_scroll, sign_in, tab_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _judged(settings: Settings) -> Iterator[None]:
    settings.STAFF_SECOND_FACTOR = False
    with judged_installation():
        yield


@pytest.fixture
def jury(head: User) -> Jury:
    """In its reading since yesterday, against 60 000 €."""
    campaign = open_campaign()
    add_criteria(campaign)
    jury = make_jury(campaign, head=head)
    today = clock.today()
    jury.phases.all().delete()
    Phase.objects.create(
        jury=jury,
        kind=PhaseKind.READING,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=5),
        scores_shown=ScoresShown.AFTER_OWN,
    )
    voted_envelope(60_000, actor=head)
    return jury


@pytest.fixture
def juror(jury: Jury) -> Juror:
    return seat(jury, name="Première")


@pytest.fixture
def files(jury: Jury, juror: Juror, caseworker: User) -> list[CaseFile]:
    made = [
        campaign_file(jury.campaign, title=f"rue {number}", caseworker=caseworker)
        for number in range(3)
    ]
    for case_file in made:
        assign(juror, case_file)
    return made


def check(page: Page, name: str) -> None:
    """Nothing that axe finds in either scheme, nothing that scrolls sideways on a telephone."""
    assert_sound(page)
    screenshot(page, f"jury-{name}")


def test_juror_declares_reads_and_marks_by_the_keyboard(
    page: Page, live_server: LiveServer, juror: Juror, files: list[CaseFile]
) -> None:
    sign_in(page, juror.user, base_url=live_server.url)
    page.goto("/jury/")
    expect(page.get_by_text("Lectures rendues : 0 sur 3.")).to_be_visible()
    check(page, "home")
    tab_to(page, page.get_by_role("link", name="Projet rue 0"))
    page.keyboard.press("Enter")

    expect(page.get_by_text("Avez-vous un lien avec ce projet")).to_be_visible()
    check(page, "declaration")
    tab_to(page, page.get_by_label("Aucun lien"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Continuer"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Votre lecture")).to_be_visible()
    check(page, "reading")
    tab_to(page, page.get_by_role("group", name="Utilité").get_by_role("radio").first)
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    tab_to(page, page.get_by_role("button", name="Rendre ma lecture"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Faisabilité : donnez une note, ou abstenez-vous.")).to_be_visible()
    check(page, "missing")

    tab_to(page, page.get_by_role("group", name="Faisabilité").get_by_role("radio").first)
    page.keyboard.press("Space")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    tab_to(page, page.get_by_label("Commentaire pour le jury"))
    page.keyboard.type("Solide.")
    tab_to(page, page.get_by_role("button", name="Rendre ma lecture"))
    page.keyboard.press("Enter")

    expect(page.get_by_text("Lectures rendues : 1 sur 3.")).to_be_visible()
    review = Review.objects.get()
    assert (str(review.mark), review.jury_comment) == ("14.0000", "Solide.")
    page.goto(f"/jury/dossiers/{files[0].reference}/")
    check(page, "given")


def test_conflict_on_a_phone_without_scripts(
    page_without_scripts: Page, live_server: LiveServer, juror: Juror, files: list[CaseFile]
) -> None:
    page = page_without_scripts
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, juror.user, base_url=live_server.url)
    page.goto("/jury/")
    page.get_by_role("link", name="Projet rue 1").click()
    page.get_by_label("Aucun lien").check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("link", name="Déclarer un lien avec ce projet").click()
    page.get_by_label("Quel lien").fill("Un proche y travaille")
    assert sideways_scroll(page) == []
    page.get_by_role("button", name="Déclarer un lien avec ce projet").click()

    expect(page.get_by_text("Ce projet a quitté votre espace.")).to_be_visible()
    expect(page.get_by_role("link", name="Projet rue 1")).to_have_count(0)


def test_head_prepares_the_jury(
    page: Page, live_server: LiveServer, *, jury: Jury, juror: Juror, head: User
) -> None:
    sign_in(page, head, base_url=live_server.url)
    page.goto("/admin/")
    page.get_by_role("link", name="Jurys").first.click()
    check(page, "list")
    page.get_by_role("link", name="Campagne 2026").click()
    check(page, "desk")
    page.get_by_role("link", name="Prévoir les phases").click()
    check(page, "phases")
    page.go_back()
    page.get_by_role("link", name="Ajouter un juré").click()
    check(page, "invite")
    page.go_back()
    page.get_by_role("link", name="importer une feuille").click()
    page.get_by_label("Lectures, une par ligne").fill("dossier;jure\nrien;personne@exemple.fr")
    page.get_by_role("button", name="Importer").click()
    expect(page.get_by_text("Ligne 2")).to_be_visible()
    check(page, "import")


def test_head_goes_from_the_ranking_to_the_agenda(
    page: Page,
    live_server: LiveServer,
    *,
    jury: Jury,
    juror: Juror,
    files: list[CaseFile],
    head: User,
    other_head: User,
) -> None:
    for case_file, marks in zip(files, ((5, 10), (3, 5), (1, 1)), strict=True):
        given_review(juror, case_file, *marks)
    sign_in(page, head, base_url=live_server.url)
    page.goto(f"/admin/juries/jury/{jury.pk}/classement/")
    check(page, "ranking")
    page.get_by_role("link", name=files[2].reference).click()
    page.get_by_label("Commentaire du jury").fill("Revenez l’an prochain.")
    page.get_by_role("button", name="Enregistrer l’avis").click()
    check(page, "file")
    page.get_by_role("link", name="Revenir au classement").click()
    page.get_by_role("link", name="Placer la ligne d’argent").click()
    page.get_by_label("Nom du scénario").fill("Réunion")
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_text("Sous la ligne").first).to_be_visible()
    check(page, "line")

    up = page.get_by_role("button", name=f"Monter {files[2].reference}")
    tab_to(page, up)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Monter {files[2].reference}")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=f"Placer au rang… {files[2].reference}").click()
    page.get_by_label("Placer au rang").fill("2")
    page.get_by_label("Montant").fill("20 000")
    check(page, "place")
    page.get_by_role("button", name="Placer").click()
    expect(page.get_by_text("en partie")).to_be_visible()

    page.get_by_role("link", name="Arrêter le classement").click()
    page.get_by_label("Camille Première").check()
    check(page, "agree")
    page.get_by_role("button", name="Arrêter le classement").click()
    expect(page.get_by_text("Classement arrêté. Le procès-verbal est prêt.")).to_be_visible()
    check(page, "agreed")
    lines = Ranking.objects.get().lines.values_list("case_file", "outcome")
    assert list(lines) == [
        (files[0].pk, "grant"),
        (files[2].pk, "grant"),
        (files[1].pk, "reject"),
    ]

    _send(page, live_server, jury, head=head, other_head=other_head)
    order = AgendaItem.objects.order_by("position").values_list("case_file", flat=True)
    assert list(order) == [files[0].pk, files[2].pk, files[1].pk]


def _send(page: Page, live_server: LiveServer, jury: Jury, *, head: User, other_head: User) -> None:
    """By another head than the one who wrote the ranking down."""
    planned_session(actor=head, held_on=clock.today() + timedelta(days=20))
    page.context.clear_cookies()
    sign_in(page, other_head, base_url=live_server.url)
    page.goto(f"/admin/juries/jury/{jury.pk}/arrete/")
    page.get_by_role("link", name="Envoyer en commission").click()
    page.get_by_label("Commission permanente de décembre").check()
    check(page, "send")
    page.get_by_role("button", name="Inscrire à l’ordre du jour").click()
    expect(page.get_by_text("Les propositions du jury sont à l’ordre du jour.")).to_be_visible()
