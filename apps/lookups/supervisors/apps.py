from importlib import import_module

from django.apps import AppConfig


class SupervisorsConfig(AppConfig):
    name = "apps.lookups.supervisors"
    label = "supervisors"
    verbose_name = "Maîtres de stage"

    def ready(self) -> None:
        import_module("apps.lookups.supervisors.personal_data")  # registers itself
