from django.contrib.admin.apps import AdminConfig


class BackofficeConfig(AdminConfig):
    """Django's admin with our own site: the guichet unique's back office."""

    default_site = "apps.backoffice.site.BackofficeSite"

    def ready(self) -> None:
        super().ready()  # every app's admin is registered: what stands above them can add to it
        from apps.backoffice import figures, jobs, people  # noqa: F401, PLC0415 - they register themselves
