"""Housing in a browser: student, host and fair staff; the map with, without and despite scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
from playwright.sync_api import Browser, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.lookups.housing.models import Booking, BookingState, Offer, Room
from apps.lookups.housing.semesters import Semester
from tests.factories.accounts import UserFactory
from tests.support.browser import assert_sound, axe, screenshot, sideways_scroll, sign_in, tab_to
from tests.support.housing import next_semester, rooms_of_gien, search
from tests.support.uploads import image_bytes

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
MOST_BYTES = 60_000


@pytest.fixture
def semester() -> Semester:
    return next_semester()


@pytest.fixture
def rooms(communes: None) -> list[Room]:
    return rooms_of_gien()


@pytest.fixture
def host(rooms: list[Room]) -> User:
    found = rooms[0].offer.host
    assert found
    return found


def test_map_stands_beside_the_list_and_groups_its_points(page: Page, rooms: list[Room]) -> None:
    search(page)

    map_window = page.get_by_role("region", name="Carte")
    expect(map_window).to_be_visible()
    expect(map_window.locator(".map-outline")).to_have_count(1)
    groups = map_window.locator(".map-group")
    counted = [int(text) for text in groups.all_inner_texts()]
    singles = map_window.locator(".map-point:not(.map-group)").count()
    assert sum(counted) + singles == 8
    assert counted
    screenshot(page, "housing-map")

    groups.first.click()
    map_window.get_by_role("button", name="Rapprocher").click()
    expect(map_window.locator(".map-point").first).to_be_visible()
    assert_sound(page)


def test_point_of_the_map_leads_to_its_offer(page: Page, rooms: list[Room]) -> None:
    Offer.objects.exclude(pk=rooms[0].offer_id).update(status="retire")
    search(page)

    page.locator(".map-point").click()
    page.locator(".leaflet-popup").get_by_role("link", name="Gîte de Gien 0").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Gîte de Gien 0")
    assert_sound(page)
    screenshot(page, "housing-offer")


def test_whole_map_page_is_light(page: Page, rooms: list[Room]) -> None:
    """Static files as production compresses them (Brotli, once); the page itself on the fly."""
    bodies: dict[str, bytes] = {}

    def keep(response: Response) -> None:
        if response.ok and "/photos/" not in response.url:
            bodies[response.url] = response.body()

    page.on("response", keep)
    with page.expect_response(re.compile("outlines.json")) as outlines:
        search(page)
    expect(page.locator(".map-outline")).to_have_count(1)
    page.remove_listener("response", keep)
    keep(outlines.value)  # the last to come: its event may still wait when it is drawn

    served = page.url.partition("?")[0]
    weights = {
        url: len(brotli.compress(body, quality=11 if "/static/" in url else 5))
        for url, body in bodies.items()
        if "/static/" in url or (url.startswith(served) and "?" in url)
    }
    names = " ".join(sorted(urlsplit(url).path for url in weights))
    for part in ("leaflet.js", "leaflet.css", "map.js", "outlines.json", "site.css", "/logements/"):
        assert part in names
    assert sum(weights.values()) <= MOST_BYTES, weights


def test_without_scripts_the_list_says_it_all(
    page_without_scripts: Page, rooms: list[Room]
) -> None:
    page = page_without_scripts
    search(page)

    expect(page.get_by_text("8 logements à 10 km au plus de Gien")).to_be_visible()
    expect(page.get_by_role("region", name="Carte")).to_be_hidden()
    page.get_by_role("link", name="Gîte de Gien 0").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gîte de Gien 0")


def test_map_on_a_phone_is_below_the_list(phone: Page, rooms: list[Room]) -> None:
    search(phone)

    expect(phone.locator(".map-outline")).to_have_count(1)
    assert phone.locator(".rows").bounding_box()["y"] < phone.locator(".map").bounding_box()["y"]
    assert axe(phone) == []
    assert sideways_scroll(phone) == []
    screenshot(phone, "housing-phone")


def test_keyboard_reaches_the_offers_before_the_map(page: Page, rooms: list[Room]) -> None:
    search(page)

    tab_to(page, page.get_by_role("link", name="Gîte de Gien 0"))
    tab_to(page, page.get_by_role("button", name="Rapprocher"))


@pytest.fixture
def tile_server() -> Iterator[Any]:
    """Another server's tiles: counts what it is asked, and answers 503 when told to."""
    state = {"asked": 0, "status": 200}
    picture = image_bytes("PNG", size=(256, 256))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state["asked"] += 1
            self.send_response(state["status"])
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            if state["status"] == 200:
                self.wfile.write(picture)

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state["url"] = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
    yield state
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize("status", [200, 503])
def test_tiles_of_another_server_come_when_asked_for_and_may_fail(
    browser: Browser, live_server: LiveServer, settings: Any, tile_server: Any, status: int
) -> None:
    # Not through `open_page`, whose guard forbids every other host: here one is asked for.
    settings.MAP_TILES = {"url": tile_server["url"], "credit": "IGN"}
    tile_server["status"] = status
    context = browser.new_context(base_url=live_server.url, locale="fr-FR")
    refused: list[str] = []
    context.on("console", lambda message: refused.append(message.text))
    page = context.new_page()
    search(page)
    expect(page.locator(".map-outline")).to_have_count(1)
    assert tile_server["asked"] == 0

    page.get_by_role("button", name="Afficher le fond de carte (IGN)").click()

    if status == 200:
        expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("fond de carte"))).to_be_hidden()
    else:
        expect(page.get_by_text("Le fond de carte ne répond pas.")).to_be_visible()
        expect(page.locator(".map-outline")).to_have_count(1)
    assert [text for text in refused if "Content Security Policy" in text] == []
    context.close()


def test_student_asks_the_host_answers_and_the_student_reads_it(
    open_page: OpenPage, live_server: LiveServer, rooms: list[Room], host: User, semester: Semester
) -> None:
    student = UserFactory(first_name="Lou", last_name="Test", email="lou@exemple.fr")
    page = open_page(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    sign_in(page, student, base_url=live_server.url)
    search(page)
    page.get_by_role("link", name="Gîte de Gien 0").click()
    page.get_by_role("link", name=re.compile("^Demander")).first.click()
    assert_sound(page)
    page.get_by_label("Un mot à l’hôte").fill("Interne à l’hôpital de Gien.")
    page.get_by_role("button", name="Retenir la chambre").click()
    expect(page.get_by_text("La chambre est retenue pour vous.")).to_be_visible()
    assert_sound(page)
    screenshot(page, "housing-space-student")

    desk = open_page()
    sign_in(desk, host, base_url=live_server.url)
    desk.goto("/mon-espace/logements/")
    assert_sound(desk)
    desk.get_by_role("link", name="Répondre à Lou Test").click()
    expect(desk.get_by_text("Interne à l’hôpital de Gien.")).to_be_visible()
    assert_sound(desk)
    desk.get_by_role("button", name="Confirmer la réservation").click()
    expect(desk.get_by_text("Lou Test reçoit votre confirmation.")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Confirmée", exact=True)).to_be_visible()
    assert Booking.objects.get().state == BookingState.CONFIRMED

    # The next student finds it taken, waits, and is served when the first gives it up.
    other = UserFactory(first_name="Sacha", last_name="Test", email="sacha@exemple.fr")
    waiting = open_page()
    sign_in(waiting, other, base_url=live_server.url)
    last = semester.end - semester.end.resolution
    waiting.goto(
        f"/mon-espace/logements/chambres/{rooms[0].pk}/attendre/?du={semester.first}&au={last}"
    )
    assert_sound(waiting)
    waiting.get_by_role("button", name="M’inscrire").click()
    expect(waiting.get_by_text("Nous vous écrivons si elle se libère.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Annuler")).click()
    assert_sound(page)
    page.get_by_role("button", name="Annuler la réservation").click()
    expect(page.get_by_text("Votre réservation est annulée.")).to_be_visible()
    waiting.reload()
    waiting.get_by_role("link", name="Répondre à la proposition").click()
    assert_sound(waiting)
    waiting.get_by_role("button", name="Demander cette chambre").click()
    expect(waiting.get_by_text("La chambre est retenue pour vous.")).to_be_visible()


def test_fair_staff_hold_a_room_on_a_tablet(
    open_page: OpenPage, live_server: LiveServer, rooms: list[Room], semester: Semester
) -> None:
    agent = UserFactory(first_name="Chloé", grants=[("caseworker", "")])
    tablet = open_page(viewport={"width": 820, "height": 1180}, has_touch=True)
    sign_in(tablet, agent, base_url=live_server.url)
    tablet.goto("/admin/housing/offer/")
    assert axe(tablet) == []
    tablet.get_by_role("link", name="Disponible maintenant").click()
    expect(tablet.get_by_text("8 chambres libres")).to_be_visible()
    assert_sound(tablet)
    screenshot(tablet, "housing-board")
    tablet.get_by_label("Près de").fill("Gien")
    tablet.get_by_role("button", name="Afficher").click()
    tablet.get_by_role("link", name="Retenir Chambre bleue, Gîte de Gien 0").click()
    assert_sound(tablet)
    tablet.get_by_role("button", name="Retenir la chambre").click()
    expect(tablet.locator(".errors h2")).to_be_visible()
    tablet.get_by_label("Prénom et nom").fill("Noa Test")
    tablet.get_by_label("Adresse e-mail").fill("noa@exemple.fr")
    tablet.get_by_role("button", name="Retenir la chambre").click()
    expect(tablet.get_by_text("La chambre est retenue pour Noa Test.")).to_be_visible()
    expect(tablet.get_by_text("7 chambres libres")).to_be_visible()

    tablet.goto("/admin/housing/offer/saison/")
    assert_sound(tablet)
    screenshot(tablet, "housing-season")
    tablet.goto("/admin/housing/booking/?etat=a-repondre")
    assert axe(tablet) == []
    tablet.goto(f"/admin/housing/offer/{rooms[0].offer_id}/change/")
    screenshot(tablet, "housing-offer-desk")
    assert axe(tablet) == []
