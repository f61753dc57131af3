from importlib import import_module

from django.apps import AppConfig

from apps.notifications.registry import register_email_kind

_EMAILS = (
    ("casefile-receipt", "Accusé de réception"),
    ("casefile-changes-requested", "Corrections demandées"),
    ("casefile-resubmitted", "Corrections reçues"),
    ("casefile-scheduled", "Inscription en commission"),
    ("casefile-decision", "Décision"),
    ("casefile-dismissed", "Classement sans suite"),
    ("casefile-withdrawn", "Retrait"),
    ("casefile-activated", "Convention active"),
    ("casefile-completed", "Dossier terminé"),
    ("casefile-terminated", "Convention rompue"),
    ("casefile-co-editor", "Invitation à remplir une demande"),
    ("casefile-message", "Message du guichet"),
    ("casefile-follow-up-code", "Code de suivi"),
    ("log-seal", "Relevé du journal"),
)


class CasefilesConfig(AppConfig):
    name = "apps.casefiles"
    label = "casefiles"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        for name in (
            "consistency",
            "dashboard",
            "email_readers",
            "looks",
            "personal_data",
            "retention",
        ):
            import_module(f"apps.casefiles.{name}")  # registers itself
        for slug, label in _EMAILS:
            register_email_kind(
                slug=slug,
                label=label,
                folder="casefiles/email",
                is_sensitive=slug == "casefile-follow-up-code",
            )
