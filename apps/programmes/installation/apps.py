from importlib import import_module

from django.apps import AppConfig


class InstallationConfig(AppConfig):
    name = "apps.programmes.installation"
    label = "installation"
    verbose_name = "Aide à l’installation"

    def ready(self) -> None:
        import_module("apps.programmes.installation.programme")  # registers itself
