from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CarePlacesConfig(AppConfig):
    name = "apps.lookups.care_places"
    label = "care_places"
    verbose_name = "Lieux de soins"

    def ready(self) -> None:
        import_module("apps.lookups.care_places.commune_part")  # registers itself
