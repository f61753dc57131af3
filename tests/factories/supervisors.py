"""Supervisors who train nobody, and their accreditations."""

from __future__ import annotations

from datetime import date

import factory
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.lookups.supervisors.models import Accreditation, Profession, Supervisor
from tests.factories.territory import CommuneFactory


class SupervisorFactory(factory.django.DjangoModelFactory[Supervisor]):
    class Meta:
        model = Supervisor

    first_name = "Démo"
    last_name = factory.Sequence(lambda n: f"Maître {n}")
    profession = Profession.GENERAL_PRACTITIONER
    commune = factory.SubFactory(CommuneFactory)
    structure = "Maison de santé Démo"
    source = "Personne fictive"
    is_fictitious = True


class AccreditationFactory(factory.django.DjangoModelFactory[Accreditation]):
    class Meta:
        model = Accreditation

    supervisor = factory.SubFactory(SupervisorFactory)
    valid_during = factory.LazyFunction(lambda: DateRange(date(2026, 1, 1), date(2029, 1, 1)))
    places_per_semester = 2
    source = "Université fictive"
