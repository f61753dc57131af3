from django.apps import AppConfig

from apps.core.field_sentences import use_our_sentences


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        use_our_sentences()
