"""Forms of the account pages: allauth's, with our words, and « Mon compte »."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.forms import SignupForm as ProviderSignupForm
from django import forms
from django.core.validators import EmailValidator

from apps.accounts.models import User
from apps.accounts.signup import NAME_NEEDED

_ADDRESS = ("Adresse e-mail", "Par exemple prenom.nom@exemple.fr.")
_BAD_ADDRESS = "Saisissez une adresse e-mail complète, comme prenom.nom@exemple.fr."
_NEW_PASSWORD = (
    "Nouveau mot de passe",
    "Au moins 12 caractères. Quatre mots sans lien entre eux conviennent bien.",
)
_SAME_PASSWORD = ("Le même mot de passe, encore une fois", "")


class _PlainWords:
    """Our labels and hints, and no placeholder that repeats the label."""

    # field → (label, hint)
    words: ClassVar[dict[str, tuple[str, str]]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]
            if name == "code":
                field.widget.attrs.update(inputmode="numeric", autocapitalize="off")
                field.error_messages["required"] = "Saisissez le code."
            elif isinstance(field, forms.EmailField):
                field.error_messages["required"] = "Indiquez votre adresse e-mail."
                # Django's own sentence says « courriel », where our pages say « e-mail ».
                field.validators = [EmailValidator(message=_BAD_ADDRESS)]
            elif isinstance(field.widget, forms.PasswordInput):
                field.error_messages["required"] = "Saisissez le mot de passe."


class CodeLoginForm(_PlainWords, account.LoginForm):
    """The address alone: a code is sent to it (allauth drops the password field by itself)."""

    words: ClassVar = {"login": _ADDRESS}


class PasswordLoginForm(_PlainWords, account.LoginForm):
    words: ClassVar = {"login": _ADDRESS, "password": ("Mot de passe", "")}

    def _setup_password_field(self) -> None:
        """Keep the field that allauth drops when signing up asks for no password."""


class SignUpForm(_PlainWords, account.SignupForm):
    words: ClassVar = {"email": _ADDRESS}


class ProviderSignUpForm(_PlainWords, ProviderSignupForm):
    words: ClassVar = {"email": _ADDRESS}


class ConfirmLoginCodeForm(_PlainWords, account.ConfirmLoginCodeForm):
    words: ClassVar = {"code": ("Code à six chiffres", "")}


class ConfirmEmailCodeForm(_PlainWords, account.ConfirmEmailVerificationCodeForm):
    words: ClassVar = {"code": ("Code à six chiffres", "")}


class ConfirmPasswordResetCodeForm(_PlainWords, account.ConfirmPasswordResetCodeForm):
    words: ClassVar = {"code": ("Code à six chiffres", "")}


class NewEmailForm(_PlainWords, account.AddEmailForm):
    words: ClassVar = {"email": ("Nouvelle adresse e-mail", _ADDRESS[1])}


class ChangePasswordForm(_PlainWords, account.ChangePasswordForm):
    words: ClassVar = {
        "oldpassword": ("Mot de passe actuel", ""),
        "password1": _NEW_PASSWORD,
        "password2": _SAME_PASSWORD,
    }


class SetPasswordForm(_PlainWords, account.SetPasswordForm):
    words: ClassVar = {"password1": _NEW_PASSWORD, "password2": _SAME_PASSWORD}


class ForgottenPasswordForm(_PlainWords, account.ResetPasswordForm):
    words: ClassVar = {"email": _ADDRESS}


class ResetPasswordForm(_PlainWords, account.ResetPasswordKeyForm):
    words: ClassVar = {"password1": _NEW_PASSWORD, "password2": _SAME_PASSWORD}


class PasswordConfirmationForm(_PlainWords, account.ReauthenticateForm):
    words: ClassVar = {"password": ("Mot de passe", "")}


class SecondFactorForm(_PlainWords, mfa.AuthenticateForm):
    words: ClassVar = {"code": ("Code de l’application, ou code de secours", "")}


class SecondFactorConfirmationForm(_PlainWords, mfa.ReauthenticateForm):
    words: ClassVar = {"code": ("Code de l’application, ou code de secours", "")}


class ActivateAppForm(_PlainWords, ActivateTOTPForm):
    words: ClassVar = {"code": ("Code à six chiffres que montre l’application", "")}


class AddPasskeyForm(_PlainWords, AddWebAuthnForm):
    words: ClassVar = {
        "name": ("Nom de cette clé", "Par exemple « Mon téléphone »."),
        "passwordless": (
            "Me connecter avec cette clé seule, sans code",
            "Votre appareil demandera votre empreinte, votre visage ou son propre code.",
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class RenamePasskeyForm(_PlainWords, EditWebAuthnForm):
    words: ClassVar = {"name": AddPasskeyForm.words["name"]}


class DisconnectProviderForm(DisconnectForm):
    def clean(self) -> dict[str, Any]:
        """Nothing to check: a code by e-mail always remains to sign in with.

        allauth would ask for a password before the last provider goes.
        """
        return self.cleaned_data


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, autocomplete in (("first_name", "given-name"), ("last_name", "family-name")):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = NAME_NEEDED[name]
            self.fields[name].widget.attrs["autocomplete"] = autocomplete
        self.fields["phone"].label = "Téléphone"
        self.fields["phone"].widget.attrs.update(autocomplete="tel", type="tel")
