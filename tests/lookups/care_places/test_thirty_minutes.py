"""How far care is: estimates said to be ones, shares by inhabitants, a map and its table."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from apps.core.kept_pages import forget_pages
from apps.lookups.care_places.models import PlaceKind
from apps.lookups.care_places.road import estimate_minutes
from apps.lookups.care_places.thirty_minutes import Reach, read_reaches, share_within_goal
from apps.territory.models import Commune
from apps.territory.outlines import draw_outlines
from tests.factories.care_places import AT, PlaceFactory
from tests.factories.territory import CommuneFactory
from tests.support.client import PortalClient
from tests.support.text import page_text, plain

PAGE = "/lieux-de-soins/trente-minutes/"


@pytest.fixture(autouse=True)
def _fresh_pages() -> None:
    forget_pages()


@pytest.mark.parametrize(
    ("km", "minutes"), [(0.0, 1), (1.0, 2), (10.0, 16), (19.23, 30), (19.3, 31)]
)
def test_a_road_is_longer_than_a_line(km: float, minutes: int) -> None:
    # 1,3 × the line, at 50 km/h: 19,23 km in thirty minutes.
    assert estimate_minutes(km) == minutes


def test_a_share_counts_inhabitants_not_communes() -> None:
    near, far = Reach(name="Ici", minutes=30), Reach(name="Loin", minutes=31)

    share = share_within_goal([near, far, None], [9_990, 9, 1])

    assert (share.inside, share.total, share.percent) == (9_990, 10_000, 99)


@pytest.mark.django_db
@time_machine.travel(AT, tick=False)
def test_each_commune_has_its_nearest_place_and_its_nearest_open_one() -> None:
    CommuneFactory(name="Ici", hall_latitude=47.9, hall_longitude=1.9)
    CommuneFactory(name="Loin", hall_latitude=48.3, hall_longitude=1.9)
    elsewhere = CommuneFactory(name="Zut", hall_latitude=47.9, hall_longitude=2.9)
    PlaceFactory(name="Fermé", commune=elsewhere)
    PlaceFactory(name="Ouvert", commune=elsewhere, latitude=48.0, opening_hours="24/7")
    PlaceFactory(name="Dialyse", commune=elsewhere, latitude=48.3, kind=PlaceKind.SPECIALISED)

    found = {row.commune.name: row for row in read_reaches(AT)}

    assert found["Ici"].known == Reach(name="Fermé", minutes=1)
    assert found["Ici"].open_now == Reach(name="Ouvert", minutes=18)
    assert found["Loin"].known == Reach(name="Ouvert", minutes=53)
    assert [found[name].band for name in ("Ici", "Loin")] == ["10", "plus"]


@pytest.mark.django_db
def test_without_any_place_nobody_is_near() -> None:
    CommuneFactory()

    (row,) = read_reaches(AT)

    assert (row.known, row.open_now, row.band) == (None, None, "plus")


@pytest.mark.usefixtures("communes")
@time_machine.travel(AT, tick=False)
def test_the_page_says_shares_a_map_and_a_table(
    client: PortalClient, django_assert_num_queries: Any
) -> None:
    PlaceFactory(
        name="Maison de santé",
        commune=Commune.objects.get(pk="45234"),
        latitude=47.9,
        longitude=1.9,
        opening_hours="Mo-Fr 08:00-10:05",
    )

    with django_assert_num_queries(2):
        response = client.get(PAGE)

    text = plain(page_text(response))
    assert "des habitants sont à moins de 30 minutes" in text
    assert "× 1,3, à 50 km/h" in text
    assert response.text.count('<path class="m') == 325
    assert "Carte des communes du Loiret." in text
    # Until the place closes, in five minutes.
    assert response["Cache-Control"] == "public, max-age=300"
    with django_assert_num_queries(0):
        client.get(PAGE)


@pytest.mark.django_db
def test_the_page_without_communes_says_so(client: PortalClient) -> None:
    assert "Aucune commune chargée" in page_text(client.get(PAGE))


def test_the_map_keeps_every_commune_on_its_sheet() -> None:
    drawing = draw_outlines(640)

    assert (len(drawing.paths), drawing.width) == (325, 640)
    assert 400 < drawing.height < 640
    assert sum(map(len, drawing.paths.values())) < 60_000
