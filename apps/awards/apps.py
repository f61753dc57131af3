from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "apps.awards"
    label = "awards"
    verbose_name = "Commissions et décisions"
