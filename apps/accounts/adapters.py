"""Where we differ from allauth's defaults: words, addresses, stages of signing in."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import User

_INCORRECT_CODE = "Ce code n’est pas le bon. Vérifiez les chiffres, ou demandez un nouveau code."


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé.",
        "duplicate_email": "Cette adresse est déjà celle de votre compte.",
        "email_password_mismatch": (
            "L’adresse e-mail ou le mot de passe n’est pas le bon. "
            "Vous pouvez aussi recevoir un code par e-mail."
        ),
        "email_taken": "Cette adresse est déjà utilisée. Choisissez-en une autre.",
        "enter_current_password": "Saisissez votre mot de passe actuel.",
        "incorrect_code": _INCORRECT_CODE,
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "too_many_login_attempts": (
            "Trop d’essais. Attendez cinq minutes, puis demandez un nouveau code."
        ),
        "same_as_current": "Saisissez une valeur différente de l’actuelle.",
        "rate_limited": "Vous venez de faire cette demande. Attendez une minute.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links in messages start with PUBLIC_URL, never with the Host header."""
        super().send_mail(template_prefix, email, {**context, "public_url": settings.PUBLIC_URL})

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "apps.accounts.stages.SecondFactorStage"}
        return [ours.get(path, path) for path in super().get_login_stages()]

    def get_user_search_fields(self) -> list[str]:
        return ["email", "first_name", "last_name"]


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": (
            "Ce code n’est pas le bon. Attendez le code suivant dans l’application, "
            "et vérifiez l’heure de votre téléphone."
        ),
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """Name proposed for a new passkey; allauth calls the argument `type`."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Clé d’accès {number}"


class ProviderAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Providers come from the settings only: no query on each sign-in page."""
        return [
            SocialApp(provider=name, **app)
            for name, options in settings.SOCIALACCOUNT_PROVIDERS.items()
            for app in options["APPS"]
            if provider in {None, name} and client_id in {None, app["client_id"]}
        ]
