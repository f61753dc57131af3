"""Places of care that exist nowhere."""

from __future__ import annotations

import factory

from apps.lookups.care_places.models import Place, PlaceKind
from tests.factories.territory import CommuneFactory


class PlaceFactory(factory.django.DjangoModelFactory[Place]):
    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Maison de santé d’essai {n}")
    kind = PlaceKind.HEALTH_HOUSE
    commune = factory.SubFactory(CommuneFactory)
    latitude = 47.9
    longitude = 1.9
    source = "Source d’essai"
