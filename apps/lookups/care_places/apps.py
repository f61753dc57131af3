from __future__ import annotations

from django.apps import AppConfig


class CarePlacesConfig(AppConfig):
    name = "apps.lookups.care_places"
    label = "care_places"
    verbose_name = "Lieux de soins"
