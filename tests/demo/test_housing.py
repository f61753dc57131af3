from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from PIL import Image

from apps.demo.housing import load_housing
from apps.demo.people import create_staff
from apps.lookups.housing.models import BookingState, Offer, OfferKind, Photo, Room, WaitingEntry
from tests.support.text import page_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("communes")]

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_demo_housing_is_plainly_fictitious_and_shows_every_kind(client: Client) -> None:
    count = load_housing(staff=create_staff(), now=NOW)

    assert count == 40
    assert not Offer.objects.filter(is_fictitious=False).exists()
    assert all("(démo)" in offer.name for offer in Offer.objects.all())
    assert set(Offer.objects.values_list("kind", flat=True)) == set(OfferKind.values)
    # The fifteen places of the middle schools, in both semesters that come.
    schools = Room.objects.filter(offer__kind=OfferKind.SCHOOL)
    assert {room.availabilities.count() for room in schools} == {2}
    assert schools.count() == 15
    bookings = Room.objects.values_list("bookings__state", flat=True)
    assert {state for state in bookings if state} == {BookingState.CONFIRMED, BookingState.HELD}
    assert WaitingEntry.objects.waiting().count() == 1
    assert Photo.objects.count() == Offer.objects.count()
    with Photo.objects.all()[0].image.file.open("rb") as content:
        assert Image.open(content).size == (900, 675)


def test_demo_housing_is_marked_on_its_pages(client: Client) -> None:
    load_housing(staff=create_staff(), now=NOW)

    offer = Offer.objects.earliest("pk")

    assert "Démo" in page_text(client.get(offer.get_absolute_url()))
    assert 'content="noindex"' in client.get(offer.get_absolute_url()).text
