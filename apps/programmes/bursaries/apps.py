from importlib import import_module

from django.apps import AppConfig


class BursariesConfig(AppConfig):
    name = "apps.programmes.bursaries"
    label = "bursaries"
    verbose_name = "Bourse d’études"

    def ready(self) -> None:
        for name in ("programme", "personal_data"):
            import_module(f"apps.programmes.bursaries.{name}")  # registers itself
