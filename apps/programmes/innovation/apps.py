from importlib import import_module

from django.apps import AppConfig

from apps.notifications.registry import register_email_kind


class InnovationConfig(AppConfig):
    name = "apps.programmes.innovation"
    label = "innovation"
    verbose_name = "Appel Santé Innovations Loiret"

    def ready(self) -> None:
        # Each registers itself where it is read.
        for module in ("programme", "report_pages", "tasks", "personal_data"):
            import_module(f"apps.programmes.innovation.{module}")
        for slug, label in (
            ("innovation-report-asked", "Bilan demandé"),
            ("innovation-report-reminder", "Rappel d’un bilan"),
        ):
            register_email_kind(slug=slug, label=label, folder="programmes/innovation/email")
