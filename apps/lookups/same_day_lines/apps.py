from importlib import import_module

from django.apps import AppConfig


class SameDayLinesConfig(AppConfig):
    name = "apps.lookups.same_day_lines"
    label = "same_day_lines"
    verbose_name = "Un médecin aujourd’hui"

    def ready(self) -> None:
        for name in ("figures", "commune_part", "personal_data"):
            import_module(f"apps.lookups.same_day_lines.{name}")  # registers itself
