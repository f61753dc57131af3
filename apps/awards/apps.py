from importlib import import_module

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "apps.awards"
    label = "awards"
    verbose_name = "Commissions et conventions"

    def ready(self) -> None:
        for name in ("requirements", "planning", "figures"):
            import_module(f"apps.awards.{name}")  # registers itself
