"""Looking for one's e-mail in the demo's mailbox."""

from __future__ import annotations

from django import forms


class MailboxForm(forms.Form):
    """A GET form, bound only when something was typed."""

    use_required_attribute = False  # emptied, it shows every e-mail again

    adresse = forms.CharField(
        label="Adresse e-mail",
        max_length=254,
        help_text="Une partie de l’adresse suffit.",
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
