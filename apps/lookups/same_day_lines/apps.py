from django.apps import AppConfig


class SameDayLinesConfig(AppConfig):
    name = "apps.lookups.same_day_lines"
    label = "same_day_lines"
    verbose_name = "Un médecin aujourd’hui"

    def ready(self) -> None:
        from apps.lookups.same_day_lines import figures  # noqa: F401, PLC0415 - registers itself
