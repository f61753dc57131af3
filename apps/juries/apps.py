from django.apps import AppConfig


class JuriesConfig(AppConfig):
    name = "apps.juries"
    label = "juries"
    verbose_name = "Jurys"
