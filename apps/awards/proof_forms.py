"""The piece of a payment: sent by its beneficiary, checked at the desk."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.core.forms import CountedTextarea
from apps.files.forms import MultipleUploadField

ACCEPT, REFUSE = "accepter", "refuser"
_LONGEST_REASON = 500


class ProofReviewForm(forms.Form):
    """The two buttons of a check are `answer`; a refusal says why."""

    answer = forms.ChoiceField(choices=[(ACCEPT, "Accepter"), (REFUSE, "Refuser")])
    comment = forms.CharField(
        label="Pourquoi il est à remplacer",
        help_text="La personne le lit.",
        max_length=_LONGEST_REASON,
        required=False,
        widget=CountedTextarea({"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("answer") == REFUSE and not cleaned.get("comment", "").strip():
            self.add_error("comment", "Dites pourquoi le justificatif est à remplacer.")
        return cleaned


class ProofUploadForm(forms.Form):
    uploads = MultipleUploadField(
        label="Votre justificatif",
        help_text="PDF, JPEG, PNG ou HEIC, 10\u00a0Mo au plus par fichier. "
        "Vous pouvez en choisir plusieurs.",
    )
