from django.contrib.admin.apps import AdminConfig


class BackofficeConfig(AdminConfig):
    """Django's admin with our own site: the guichet unique's back office."""

    default_site = "apps.backoffice.site.BackofficeSite"
