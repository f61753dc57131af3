from django.apps import AppConfig


class InstallationConfig(AppConfig):
    name = "apps.programmes.installation"
    label = "installation"
    verbose_name = "Aide à l'installation"
