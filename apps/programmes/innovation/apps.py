from importlib import import_module

from django.apps import AppConfig


class InnovationConfig(AppConfig):
    name = "apps.programmes.innovation"
    label = "innovation"
    verbose_name = "Appel Santé Innovations Loiret"

    def ready(self) -> None:
        import_module("apps.programmes.innovation.programme")  # registers itself
