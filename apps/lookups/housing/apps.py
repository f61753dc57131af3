from __future__ import annotations

from django.apps import AppConfig


class HousingConfig(AppConfig):
    name = "apps.lookups.housing"
    label = "housing"
    verbose_name = "Logements"
