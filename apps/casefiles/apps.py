from django.apps import AppConfig


class CasefilesConfig(AppConfig):
    name = "apps.casefiles"
    label = "casefiles"
    verbose_name = "Dossiers"
