from importlib import import_module

from django.apps import AppConfig


class InstallationConfig(AppConfig):
    name = "apps.programmes.installation"
    label = "installation"
    verbose_name = "Aide à l’installation"

    def ready(self) -> None:
        for name in ("programme", "commune_part", "personal_data"):
            import_module(f"apps.programmes.installation.{name}")  # registers itself
