from importlib import import_module

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "apps.territory"
    label = "territory"
    verbose_name = "Territoire"

    def ready(self) -> None:
        import_module("apps.territory.personal_data")  # registers itself
