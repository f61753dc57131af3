from __future__ import annotations

import pytest
from django.test import Client

from apps.core.kept_pages import forget_pages
from tests.factories.housing import OfferFactory
from tests.factories.territory import CommuneFactory
from tests.support.text import page_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


def test_page_of_a_commune_names_the_nearest_offers(client: Client) -> None:
    commune = CommuneFactory(name="Essai-le-Roi", slug="essai-le-roi", insee_code="45901")
    forget_pages()
    assert "Se loger pendant un stage" not in page_text(client.get(commune.get_absolute_url()))

    OfferFactory(name="Gîte du Val", commune=commune)
    OfferFactory(name="Trop loin", latitude=48.1)
    forget_pages()

    text = page_text(client.get(commune.get_absolute_url()))
    assert "Se loger pendant un stage Gîte du Val Essai-le-Roi. Proposé par une commune." in text
    assert "Chercher un logement autour d’Essai-le-Roi" in text
    assert "Trop loin" not in text


def test_sitemap_names_what_is_online_and_real(client: Client) -> None:
    offer = OfferFactory(name="Gîte du Val")
    OfferFactory(name="Fictif", is_fictitious=True)

    sitemap = client.get("/sitemap.xml").text

    assert offer.get_absolute_url() in sitemap
    assert "fictif" not in sitemap
