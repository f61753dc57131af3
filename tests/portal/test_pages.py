from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from apps.portal.aids import AIDS
from apps.portal.models import PagePart, PageText
from tests.factories.territory import CommuneFactory
from tests.support.client import PortalClient

# Address, heading, number of queries.
PAGES = [
    ("/", "Votre santé à Orléans et dans le Loiret", 0),
    ("/aides/", "Les aides du Loiret en santé", 0),
    ("/aide/", "Aide", 0),
    ("/plan-du-site/", "Plan du site", 0),
    ("/accessibilite/", "Déclaration d’accessibilité", 1),
    ("/mentions-legales/", "Mentions légales", 1),
    ("/donnees-personnelles/", "Données personnelles", 1),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "heading", "queries"), PAGES)
def test_page_is_complete_and_asks_nothing_of_the_visitor(
    client: PortalClient,
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    heading: str,
    queries: int,
) -> None:
    with django_assert_num_queries(queries):
        response = client.get(address)
    html = response.content.decode()
    assert re.findall(r"<h1>(.*?)</h1>", html) == [heading]
    assert re.search(r"<title>[^<]+, Orléans Santé</title>", html)
    assert re.search(r'<meta name="description" content="[^"]{20,160}">', html)
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{address}">' in html
    assert "Accessibilité : non conforme" in html
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


def test_first_control_of_the_home_page_finds_a_number(client: PortalClient) -> None:
    html = client.get("/").content.decode()
    form = html[html.index("<form") : html.index("</form>")]
    assert 'action="/medecin-du-jour/"' in form
    assert "Votre commune ou code postal" in form
    assert 'name="q"' in form
    assert "Trouver le numéro" in form


def test_aid_handled_here_has_a_link_and_the_others_a_number_to_call(
    client: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = [replace(AIDS[-1], slug="essai")]
    monkeypatch.setattr("apps.portal.views.AIDS", (*AIDS, *elsewhere))
    html = client.get("/aides/").content.decode()
    assert all(f'href="/aides/{aid.slug}/"' in html for aid in AIDS)
    assert not [aid.slug for aid in elsewhere if f"/aides/{aid.slug}/" in html]
    assert html.count("Pas encore en ligne ici") == len(elsewhere)
    assert html.count("tel:+33238254545") == len(elsewhere)


@pytest.mark.django_db
def test_text_of_the_council_replaces_the_words_that_it_is_missing(client: PortalClient) -> None:
    missing = "À compléter par le Département du Loiret."
    assert client.get("/mentions-legales/").content.decode().count(missing) == 2
    PageText.objects.create(part=PagePart.HOST, body="Ici & là\n\nhttps://exemple.fr")
    html = client.get("/mentions-legales/").content.decode()
    assert html.count(missing) == 1
    assert "<p>Ici &amp; là</p>" in html
    assert '<a href="https://exemple.fr" rel="nofollow">' in html


def test_message_is_shown_to_the_visitor_whose_cookie_carries_it(client: PortalClient) -> None:
    request = RequestFactory().get("/")
    storage = CookieStorage(request)
    encoded = storage._encode([Message(constants.SUCCESS, "Vous êtes déconnecté.")])
    client.cookies["messages"] = encoded
    html = client.get("/aides/").content.decode()
    assert '<p class="notice done">Vous êtes déconnecté.</p>' in html


def test_unknown_address_says_where_to_go(client: PortalClient) -> None:
    response = client.get("/rien-de-tel/")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html"])
def test_error_page_says_what_to_do_next(template: str) -> None:
    html = render_to_string(template, request=RequestFactory().get("/x/"))
    assert html.count("<h1>") == 1
    assert '<meta name="robots" content="noindex">' in html


def test_breakdown_page_needs_neither_request_nor_database() -> None:
    html = render_to_string("500.html")
    assert "Le site est en panne" in html
    assert "{" not in html


def test_robots_keep_out_of_private_pages(client: PortalClient) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /mon-espace/" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


def test_robots_keep_out_of_the_demo(client: PortalClient, settings: Settings) -> None:
    settings.DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def test_demo_says_so_on_every_page(client: PortalClient, settings: Settings) -> None:
    settings.DEMO = True
    html = client.get("/aides/").content.decode()
    assert "Démonstration : personnes et dossiers fictifs." in html
    assert 'href="/demo/courriels/"' in html


@pytest.mark.django_db
def test_sitemap_lists_public_pages_under_the_public_address(
    client: PortalClient, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://sante.example.org"
    commune = CommuneFactory()
    xml = client.get("/sitemap.xml").content.decode()
    assert "<loc>https://sante.example.org/aides/installation/</loc>" in xml
    assert "<loc>https://sante.example.org/</loc>" in xml
    assert f"/medecin-du-jour/{commune.pk}-{commune.slug}/</loc>" in xml


def test_manifest_names_icons_that_exist(client: PortalClient) -> None:
    response = client.get("/site.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = json.loads(response.content)
    assert manifest["start_url"] == "/"
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


@pytest.mark.parametrize("name", ["favicon.ico", "apple-touch-icon.png"])
def test_icon_looked_for_at_the_root_is_found(client: PortalClient, name: str) -> None:
    response = client.get(f"/{name}")
    assert response["Location"] == f"/static/img/{name}"
    assert finders.find(f"img/{name}")


def test_icon_inside_the_page_is_the_drawing_of_the_file(settings: Settings) -> None:
    drawing = Path(settings.BASE_DIR / "static/img/favicon.svg").read_text(encoding="utf-8")
    encoded = drawing.strip().replace("<", "%3C").replace(">", "%3E").replace("#", "%23")
    assert f'href="data:image/svg+xml,{encoded}"' in render_to_string("components/icon.html")
