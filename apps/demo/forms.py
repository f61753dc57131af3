"""Looking for one's e-mail in the demo's mailbox."""

from __future__ import annotations

from django import forms


class MailboxForm(forms.Form):
    """A GET form; part of an address is enough."""

    adresse = forms.CharField(
        label="Adresse e-mail",
        required=False,
        max_length=254,
        help_text="Une partie de l’adresse suffit.",
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
