"""Housing that exists nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import factory
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.lookups.housing.models import (
    Availability,
    Booking,
    BookingState,
    Offer,
    OfferKind,
    OfferStatus,
    Room,
)
from tests.factories.accounts import UserFactory
from tests.factories.territory import CommuneFactory

# The semester that begins in May 2027.
SEMESTER = DateRange(date(2027, 5, 1), date(2027, 11, 1))


class OfferFactory(factory.django.DjangoModelFactory[Offer]):
    """Online, verified, of a commune that answers at contact@exemple.fr."""

    class Meta:
        model = Offer

    name = factory.Sequence(lambda n: f"Maison d’essai {n}")
    kind = OfferKind.COMMUNE
    status = OfferStatus.ONLINE
    commune = factory.SubFactory(CommuneFactory)
    address = "1 rue de l’Essai"
    latitude = 47.9
    longitude = 1.9
    contact_name = "La mairie d’essai"
    contact_email = "contact@exemple.fr"
    source = "Source d’essai"
    verified_on = date(2026, 11, 1)
    verified_by = factory.SubFactory(UserFactory)
    expires_on = date(2027, 12, 31)


class RoomFactory(factory.django.DjangoModelFactory[Room]):
    """Free from May to October 2027, unless `open_during` says otherwise."""

    class Meta:
        model = Room
        skip_postgeneration_save = True

    offer = factory.SubFactory(OfferFactory)
    name = factory.Sequence(lambda n: f"Chambre {n}")
    monthly_price = 250

    @factory.post_generation
    def open_during(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        for during in [SEMESTER] if extracted is None else extracted:
            Availability.objects.create(
                room=self, during=during, created_at=datetime(2026, 11, 1, tzinfo=UTC)
            )


class BookingFactory(factory.django.DjangoModelFactory[Booking]):
    class Meta:
        model = Booking

    room = factory.SubFactory(RoomFactory)
    during = SEMESTER
    student = factory.SubFactory(UserFactory)
    name = factory.LazyAttribute(lambda booking: str(booking.student))
    email = factory.LazyAttribute(lambda booking: booking.student.email)
    state = BookingState.HELD
    held_until = datetime(2026, 11, 25, 12, tzinfo=UTC)
    created_at = datetime(2026, 11, 22, 12, tzinfo=UTC)
