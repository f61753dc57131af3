from django.contrib.admin.apps import AdminConfig

from apps.notifications.registry import register_email_kind


class BackofficeConfig(AdminConfig):
    """Django's admin with our own site: the guichet unique's back office."""

    default_site = "apps.backoffice.site.BackofficeSite"

    def ready(self) -> None:
        super().ready()  # every app's admin is registered: what stands above them can add to it
        from apps.backoffice import (  # noqa: PLC0415 - they register themselves
            contradictions,
            figures,  # noqa: F401
            jobs,  # noqa: F401
            people,  # noqa: F401
        )

        register_email_kind(
            slug=contradictions.EMAIL, label="Contradictions trouvées", folder="backoffice/email"
        )
