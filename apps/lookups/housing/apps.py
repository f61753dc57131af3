from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class HousingConfig(AppConfig):
    name = "apps.lookups.housing"
    label = "housing"
    verbose_name = "Logements"

    def ready(self) -> None:
        for name in ("notifications", "commune_part", "figures", "personal_data", "retention"):
            import_module(f"apps.lookups.housing.{name}")  # registers itself
