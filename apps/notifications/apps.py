from django.apps import AppConfig

from apps.notifications.registry import DEFAULT_KIND, register_email_kind


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    label = "notifications"
    verbose_name = "Courriels"

    def ready(self) -> None:
        # Here: the checks read templates, which need the apps to be loaded.
        from apps.notifications import checks  # noqa: F401, PLC0415

        register_email_kind(slug=DEFAULT_KIND, label="Compte et connexion", is_sensitive=True)
