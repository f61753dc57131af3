"""Lines that answer nobody, and their sectors."""

from __future__ import annotations

import factory

from apps.lookups.same_day_lines.models import Confidence, Coverage, Line
from tests.factories.territory import CommuneFactory


class LineFactory(factory.django.DjangoModelFactory[Line]):
    class Meta:
        model = Line

    slug = factory.Sequence(lambda n: f"ligne-{n}")
    name = factory.Sequence(lambda n: f"Ligne d’essai {n}")
    phone = "02 38 00 00 00"
    phone_dialled = "+33238000000"
    opening_hours = "Mo-Fr 08:00-20:00; PH off"
    source = "Source d’essai"
    source_date = "fin 2023"


class CoverageFactory(factory.django.DjangoModelFactory[Coverage]):
    class Meta:
        model = Coverage

    commune = factory.SubFactory(CommuneFactory)
    line = factory.SubFactory(LineFactory)
    confidence = Confidence.VERIFIED
    evidence = "Indice d’essai"
