from importlib import import_module

from django.apps import AppConfig

from apps.notifications.registry import register_email_kind


class JuriesConfig(AppConfig):
    name = "apps.juries"
    label = "juries"
    verbose_name = "Jurys"

    def ready(self) -> None:
        for name in ("conflicts", "figures", "personal_data"):
            import_module(f"apps.juries.{name}")  # registers itself
        register_email_kind(slug="jury-invitation", label="Siège au jury", folder="juries/email")
        register_email_kind(slug="jury-reminder", label="Lectures à rendre", folder="juries/email")
