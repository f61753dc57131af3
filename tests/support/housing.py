"""Rooms around Gien for the browser, and the search that finds them."""

from __future__ import annotations

import re

from django.core.files.base import ContentFile
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.core import clock
from apps.files.validators import check_upload
from apps.lookups.housing.models import Room
from apps.lookups.housing.photos import add_photo
from apps.lookups.housing.seasons import open_season
from apps.lookups.housing.semesters import Semester, coming_semesters
from apps.territory.models import Commune
from tests.factories.accounts import UserFactory
from tests.factories.housing import OfferFactory, RoomFactory
from tests.support.uploads import image_bytes


def next_semester() -> Semester:
    return coming_semesters(clock.today())[1]


def rooms_of_gien() -> list[Room]:
    """Eight offers, open next semester; the first of them with a picture and a host, Dany."""
    host: User = UserFactory(first_name="Dany", last_name="Hôte", email="dany@exemple.fr")
    gien = Commune.objects.get(pk="45155")
    semester = next_semester()
    made = []
    for number in range(8):
        offer = OfferFactory(
            name=f"Gîte de Gien {number}",
            commune=gien,
            latitude=gien.hall_latitude + 0.004 * number,
            longitude=gien.hall_longitude + 0.01 * (number % 3),
            host=host if number == 0 else None,
            expires_on=semester.end,
        )
        made.append(RoomFactory(offer=offer, name="Chambre bleue", open_during=[]))
    open_season(semester=semester, kinds=["commune"], at=clock.now())
    upload = check_upload(ContentFile(image_bytes(size=(800, 600)), name="chambre.jpg"))
    add_photo(offer=made[0].offer, upload=upload, alt="Une chambre claire", by=None, at=clock.now())
    return made


def search(page: Page, where: str = "Gien", km: str = "10") -> None:
    page.goto("/logements/")
    page.get_by_label("Où sera votre stage ?").fill(where)
    page.get_by_label("Distance, en kilomètres").fill(km)
    page.get_by_role("button", name="Chercher").click()
    page.wait_for_url(re.compile(r"/logements/\?.*\bou="))
