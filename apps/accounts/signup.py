"""What signing up asks besides the e-mail address.

Apart from forms.py because allauth builds its own sign-up forms upon this one while it is
being imported.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from phonenumber_field.formfields import PhoneNumberField

from apps.accounts.models import User

NAME_NEEDED = {"first_name": "Indiquez votre prénom.", "last_name": "Indiquez votre nom."}


class IdentityForm(forms.Form):
    first_name = forms.CharField(
        label="Prénom",
        max_length=150,
        error_messages={"required": NAME_NEEDED["first_name"]},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label="Nom",
        max_length=150,
        error_messages={"required": NAME_NEEDED["last_name"]},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    phone = PhoneNumberField(
        label="Téléphone",
        region="FR",
        required=False,
        help_text="Pour vous joindre au sujet d’un dossier.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )

    field_order = ("first_name", "last_name", "email", "phone")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the account exists: the phone is ours to keep."""
        user.phone = self.cleaned_data["phone"]
        user.save(update_fields=["phone"])
