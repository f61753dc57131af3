"""Places of care that exist nowhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factory

from apps.lookups.care_places.models import Appointment, AppointmentState, Place, PlaceKind, Slot
from tests.factories.territory import CommuneFactory

# A Friday, 10 h in Paris.
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class PlaceFactory(factory.django.DjangoModelFactory[Place]):
    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Maison de santé d’essai {n}")
    kind = PlaceKind.HEALTH_HOUSE
    commune = factory.SubFactory(CommuneFactory)
    latitude = 47.9
    longitude = 1.9
    source = "Source d’essai"


class SlotFactory(factory.django.DjangoModelFactory[Slot]):
    """A free appointment of twenty minutes, the next day at 10 h."""

    class Meta:
        model = Slot

    place = factory.SubFactory(PlaceFactory)
    starts_at = AT + timedelta(days=1)
    ends_at = factory.LazyAttribute(lambda slot: slot.starts_at + timedelta(minutes=20))
    published_at = AT
    published_by = factory.SubFactory("tests.factories.accounts.UserFactory")


class AppointmentFactory(factory.django.DjangoModelFactory[Appointment]):
    """Taken by somebody who lives where the place is."""

    class Meta:
        model = Appointment

    slot = factory.SubFactory(SlotFactory)
    state = AppointmentState.BOOKED
    name = "Camille Essai"
    phone = "+33600000000"
    commune = factory.LazyAttribute(lambda appointment: appointment.slot.place.commune)
    created_at = AT
    booked_at = AT
