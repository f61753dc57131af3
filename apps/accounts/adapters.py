"""Where we differ from allauth's defaults: words, addresses, stages of signing in."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes

from apps.accounts.models import User
from apps.core import clock

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
        """Text and HTML from one template, which only says what is particular to the message.

        Links start with PUBLIC_URL, never with the Host header.
        """
        values = {**context, "email": email, "public_url": settings.PUBLIC_URL}
        subject = render_to_string(f"{template_prefix}_subject.txt", values).strip()
        content = render_to_string(f"{template_prefix}_message.txt", values).strip()
        values |= {"subject": subject, "content": content}
        text = render_to_string("account/email/message.txt", values)
        message = EmailMultiAlternatives(subject, text, to=[email])
        message.attach_alternative(
            render_to_string("account/email/message.html", values), "text/html"
        )
        message.send()

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell `user` what changed, and when; no IP address or browser travels by mail."""
        message = {**(context or {}), "timestamp": clock.now()}
        self.send_mail(template_prefix, email or user.email, message)

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "apps.accounts.stages.SecondFactorStage"}
        return [ours.get(path, path) for path in super().get_login_stages()]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff come to work at the desk, everybody else to their own files."""
        if isinstance(request.user, User) and request.user.is_staff:
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def get_user_search_fields(self) -> list[str]:
        return ["email", "first_name", "last_name"]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are encrypted in the database."""

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

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


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


def _cipher() -> MultiFernet:
    """Keyed by SECRET_KEY; older keys still decrypt (SECRET_KEY_FALLBACKS)."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [sha256(b"accounts.second_factor" + force_bytes(key)).digest() for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])
