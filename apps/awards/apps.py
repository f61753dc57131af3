from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "apps.awards"
    label = "awards"
    verbose_name = "Commissions et conventions"

    def ready(self) -> None:
        from apps.awards import requirements  # noqa: F401, PLC0415 - it registers itself
