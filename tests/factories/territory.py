"""Communes that exist nowhere, and their zones."""

from __future__ import annotations

from datetime import date

import factory
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.territory.models import Commune, Density, Epci, Zone, ZoneClass, Zoning


class EpciFactory(factory.django.DjangoModelFactory[Epci]):
    class Meta:
        model = Epci

    # Real ones begin with 20 or 24.
    siren = factory.Sequence(lambda n: f"{990_000_000 + n}")
    name = factory.Sequence(lambda n: f"CC d’essai {n}")
    kind = Epci.Kind.COMMUNITY


class CommuneFactory(factory.django.DjangoModelFactory[Commune]):
    class Meta:
        model = Commune

    # Real ones end at 45347: a test that loads them may add others beside.
    insee_code = factory.Sequence(lambda n: f"45{900 - n % 500:03d}")
    name = factory.Sequence(lambda n: f"Essai-sur-Loire {n}")
    slug = factory.Sequence(lambda n: f"essai-sur-loire-{n}")
    postcodes = factory.LazyFunction(lambda: ["45999"])
    epci = factory.SubFactory(EpciFactory)
    population = 1_000
    density = Density.SCATTERED
    latitude = 47.9
    longitude = 1.9
    hall_latitude = 47.9
    hall_longitude = 1.9
    hall_address = "1 place de la Mairie, 45999 Essai-sur-Loire"
    hall_phone = "02 38 00 00 00"


class ZoneFactory(factory.django.DjangoModelFactory[Zone]):
    class Meta:
        model = Zone

    commune = factory.SubFactory(CommuneFactory)
    zoning = Zoning.DOCTOR
    zone_class = ZoneClass.UNDERSERVED
    valid_during = factory.LazyFunction(lambda: DateRange(date(2023, 1, 1), None))
    source = "Arrêté d’essai"
    source_date = date(2023, 1, 1)
