"""Offers, rooms and bookings refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model

from apps.files.models import StoredFile
from apps.lookups.housing.models import (
    Availability,
    Booking,
    BookingState,
    Offer,
    OfferKind,
    OfferStatus,
    Photo,
    Room,
    SavedSearch,
    WaitingEntry,
)
from tests.factories.accounts import UserFactory
from tests.factories.files import StoredFileFactory
from tests.factories.housing import SEMESTER, BookingFactory, OfferFactory, RoomFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
EMPTY = DateRange(DAY, DAY)
ENDLESS = DateRange(DAY, None)
GUARDS: dict[type[Model], dict[str, list[dict[str, Any]]]] = {
    Offer: {
        "housing_offer_is_on_earth": [{"latitude": 91}, {"longitude": -181}],
        "housing_offer_kind_known": [{"kind": "chapelle"}],
        "housing_offer_status_known": [{"status": "perdue"}],
        "housing_offer_precision_known": [{"precision": "au hasard"}],
        "housing_offer_online_is_verified": [
            {"expires_on": None},
            {"verified_on": None, "verified_by": None},
        ],
        "housing_offer_host_signed_the_charter": [{"kind": OfferKind.HOST}],
        "housing_offer_verified_by_someone": [{"verified_by": None}],
        "housing_offer_uai_shape": [{"uai": "45"}],
        "housing_offer_uai_once": [{"uai": "0450003J"}],
        "housing_offer_named_once": [],  # see test_name_is_used_once_in_a_commune
        "housing_offer_has_a_source": [{"source": ""}],
    },
    Photo: {
        "housing_photo_is_described": [{"alt": ""}],
        "housing_photo_has_a_size": [{"width": 0}, {"height": 0}],
    },
    Room: {
        "housing_room_named_once": [],  # see test_name_is_used_once_in_an_offer
        "housing_room_price_not_negative": [{"monthly_price": -1}],
        "housing_room_amenities_known": [{"amenities": ["piscine"]}],
    },
    Availability: {
        "housing_availability_no_overlap": [],  # see test_availabilities_never_overlap
        "housing_availability_has_two_days": [{"during": EMPTY}, {"during": ENDLESS}],
    },
    Booking: {
        "housing_booking_state_known": [{"state": "perdue", "held_until": None, "ended_at": AT}],
        "housing_booking_never_twice": [],  # see test_room_is_never_taken_twice
        "housing_booking_has_two_days": [{"during": EMPTY}, {"during": ENDLESS}],
        "housing_booking_held_until_an_hour": [
            {"held_until": None},
            {"state": BookingState.DECLINED, "ended_at": AT},
        ],
        "housing_booking_ended_has_its_hour": [
            {"ended_at": AT},
            {"state": BookingState.EXPIRED, "held_until": None},
        ],
        "housing_booking_confirmed_by_someone": [
            {"state": BookingState.CONFIRMED, "held_until": None, "decided_at": AT},
        ],
        "housing_booking_named_until_forgotten": [
            {"name": ""},
            {"email": ""},
            {"forgotten_on": AT.date()},
        ],
    },
    WaitingEntry: {
        "housing_waiting_once": [],  # see test_one_place_in_line_for_the_same_stay
        "housing_waiting_has_two_days": [{"during": EMPTY}, {"during": ENDLESS}],
        "housing_waiting_left_or_served": [],  # see test_who_was_served_cannot_have_left
    },
    SavedSearch: {
        "housing_saved_search_once": [],  # see test_search_is_kept_once
        "housing_saved_search_says_what": [{"query": ""}, {"label": ""}],
    },
}


def _row(model: type[Model]) -> Model:
    return ROWS[model]()


def _waiting(**values: Any) -> WaitingEntry:
    defaults = {"during": SEMESTER, "created_at": AT}
    if "room" not in values:
        defaults["room"] = RoomFactory()
    if "student" not in values:
        defaults["student"] = UserFactory()
    return WaitingEntry.objects.create(**defaults | values)


def _offer() -> Offer:
    OfferFactory(uai="0450003J")
    return OfferFactory()


def _availability() -> Availability:
    return RoomFactory().availabilities.get()


def _photo() -> Photo:
    return Photo.objects.create(
        offer=OfferFactory(),
        alt="Une chambre",
        image=StoredFileFactory(),
        thumbnail=StoredFileFactory(),
        width=4,
        height=3,
    )


def _search() -> SavedSearch:
    return SavedSearch.objects.create(
        user=UserFactory(), query="ou=45234", label="Orléans", created_at=AT, told_until=AT
    )


ROWS: dict[type[Model], Callable[[], Model]] = {
    Offer: _offer,
    Photo: _photo,
    Room: RoomFactory,
    Availability: _availability,
    Booking: BookingFactory,
    WaitingEntry: _waiting,
    SavedSearch: _search,
}


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    declared = {model: {item.name for item in model._meta.constraints} for model in GUARDS}
    assert declared == {model: set(rows) for model, rows in GUARDS.items()}


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        pytest.param(model, name, values, id=f"{name}-{number}")
        for model, guards in GUARDS.items()
        for name, rows in guards.items()
        for number, values in enumerate(rows, start=1)
    ],
)
def test_row_that_breaks_the_constraint_is_refused(
    model: type[Model], name: str, values: dict[str, Any]
) -> None:
    row = _row(model)

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        model._default_manager.filter(pk=row.pk).update(**values)


def test_name_is_used_once_in_a_commune() -> None:
    offer = OfferFactory()

    with pytest.raises(IntegrityError, match='"housing_offer_named_once"'):
        OfferFactory(name=offer.name, commune=offer.commune)


def test_name_is_used_once_in_an_offer() -> None:
    room = RoomFactory()

    with pytest.raises(IntegrityError, match='"housing_room_named_once"'):
        RoomFactory(offer=room.offer, name=room.name)


def test_availabilities_never_overlap() -> None:
    room = RoomFactory()

    with pytest.raises(IntegrityError, match='"housing_availability_no_overlap"'):
        Availability.objects.create(
            room=room, during=DateRange(date(2027, 10, 31), date(2027, 12, 1)), created_at=AT
        )


@pytest.mark.parametrize("state", [BookingState.OFFERED, BookingState.HELD, BookingState.CONFIRMED])
def test_room_is_never_taken_twice(state: BookingState) -> None:
    taken = BookingFactory()
    values: dict[str, Any] = {"state": state}
    if state == BookingState.CONFIRMED:
        values |= {"held_until": None, "decided_at": AT, "decided_by": UserFactory()}

    with pytest.raises(IntegrityError, match='"housing_booking_never_twice"'), transaction.atomic():
        BookingFactory(
            room=taken.room, during=DateRange(date(2027, 10, 31), date(2028, 1, 1)), **values
        )

    # A stay that begins the day the other ends is another matter.
    BookingFactory(room=taken.room, during=DateRange(date(2027, 11, 1), date(2028, 1, 1)), **values)


def test_room_is_free_again_when_a_booking_has_ended() -> None:
    ended = BookingFactory(state=BookingState.EXPIRED, held_until=None, ended_at=AT)

    assert BookingFactory(room=ended.room).pk


def test_one_place_in_line_for_the_same_stay() -> None:
    entry = _waiting()

    with pytest.raises(IntegrityError, match='"housing_waiting_once"'):
        _waiting(room=entry.room, student=entry.student)


def test_who_was_served_cannot_have_left() -> None:
    entry = _waiting()
    entry.booking = BookingFactory(room=entry.room)
    entry.left_at = AT

    with pytest.raises(IntegrityError, match='"housing_waiting_left_or_served"'):
        entry.save()


def test_search_is_kept_once() -> None:
    search = _search()

    with pytest.raises(IntegrityError, match='"housing_saved_search_once"'):
        SavedSearch.objects.create(
            user=search.user, query=search.query, label="x", created_at=AT, told_until=AT
        )


def test_picture_file_cannot_be_removed_below_its_photo() -> None:
    photo = _photo()

    with pytest.raises(IntegrityError):
        StoredFile.objects.filter(pk=photo.image_id).delete()


def test_online_offer_needs_nothing_more_than_what_the_factory_says() -> None:
    assert OfferFactory().status == OfferStatus.ONLINE
