from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

from apps.notifications.registry import register_email_kind

# Templates: templates/lookups/care_places/email/<slug>.{subject.txt,txt,html}.
_EMAILS = (
    ("appointment-code", "Code de rendez-vous"),
    ("appointment-taken", "Rendez-vous pris"),
    ("appointment-cancelled", "Rendez-vous annulé"),
)
# They carry a code, or a link that cancels: erased once delivered.
_SENSITIVE = {"appointment-code", "appointment-taken"}


class CarePlacesConfig(AppConfig):
    name = "apps.lookups.care_places"
    label = "care_places"
    verbose_name = "Lieux de soins"

    def ready(self) -> None:
        for name in ("commune_part", "figures", "personal_data", "retention"):
            import_module(f"apps.lookups.care_places.{name}")  # registers itself
        for slug, label in _EMAILS:
            register_email_kind(
                slug=slug,
                label=label,
                folder="lookups/care_places/email",
                is_sensitive=slug in _SENSITIVE,
            )
