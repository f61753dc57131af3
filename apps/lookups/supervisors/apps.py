from django.apps import AppConfig


class SupervisorsConfig(AppConfig):
    name = "apps.lookups.supervisors"
    label = "supervisors"
    verbose_name = "Maîtres de stage"
