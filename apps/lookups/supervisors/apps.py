from importlib import import_module

from django.apps import AppConfig


class SupervisorsConfig(AppConfig):
    name = "apps.lookups.supervisors"
    label = "supervisors"
    verbose_name = "Maîtres de stage"

    def ready(self) -> None:
        for name in ("personal_data", "retention"):
            import_module(f"apps.lookups.supervisors.{name}")  # registers itself
