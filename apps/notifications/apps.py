from importlib import import_module

from django.apps import AppConfig

from apps.notifications.registry import DEFAULT_KIND, register_email_kind


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    label = "notifications"
    verbose_name = "Courriels"

    def ready(self) -> None:
        # Here: the checks read templates, which need the apps to be loaded.
        from apps.notifications import checks, consistency  # noqa: F401, PLC0415

        for name in ("personal_data", "retention"):
            import_module(f"apps.notifications.{name}")  # registers itself
        register_email_kind(slug=DEFAULT_KIND, label="Compte et connexion", is_sensitive=True)
