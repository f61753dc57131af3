from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"
    verbose_name = "Comptes et droits"

    def ready(self) -> None:
        # Here, because allauth's models are only loaded by now.
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415

        from apps.accounts.second_factor import count_new_authenticator  # noqa: PLC0415

        authenticator_added.connect(count_new_authenticator)
        for name in ("personal_data", "retention"):
            import_module(f"apps.accounts.{name}")  # registers itself
