from importlib import import_module

from django.apps import AppConfig


class InternshipsConfig(AppConfig):
    name = "apps.programmes.internships"
    label = "internships"
    verbose_name = "Forfait pour un stage rural"

    def ready(self) -> None:
        for name in ("programme", "personal_data"):
            import_module(f"apps.programmes.internships.{name}")  # registers itself
