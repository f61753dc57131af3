from importlib import import_module

from django.apps import AppConfig


class BursariesConfig(AppConfig):
    name = "apps.programmes.bursaries"
    label = "bursaries"
    verbose_name = "Bourse d’études"

    def ready(self) -> None:
        import_module("apps.programmes.bursaries.programme")  # registers itself
