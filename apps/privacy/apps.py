from importlib import import_module

from django.apps import AppConfig

from apps.notifications.registry import register_email_kind

_EMAILS = (
    ("retention-notice", "Préavis d’effacement"),
    ("account-notice", "Préavis de fermeture de compte"),
    ("data-pack-ready", "Copie de données prête"),
    ("erasure-answered", "Réponse à une demande d’effacement"),
)


class PrivacyConfig(AppConfig):
    name = "apps.privacy"
    label = "privacy"
    verbose_name = "Données personnelles"

    def ready(self) -> None:
        for name in ("personal_data", "retention", "outcomes", "sections", "figures"):
            import_module(f"apps.privacy.{name}")  # registers itself
        for slug, label in _EMAILS:
            register_email_kind(slug=slug, label=label, folder="privacy/email")
