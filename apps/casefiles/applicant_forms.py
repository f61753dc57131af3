"""The small forms of the applicant's pages (the long ones are each programme's)."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from apps.casefiles.models import DocumentPromise, Message
from apps.core.forms import CountedTextarea, FrenchDateField
from apps.core.identifiers import normalise_reference
from apps.files.forms import MultipleUploadField


class MoveForm(forms.Form):
    """A move of the file, sent from the page that showed this version of it."""

    expected_version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": "Rechargez la page.", "invalid": "Rechargez la page."},
    )


class DeclarationForm(MoveForm):
    is_exact = forms.BooleanField(
        label="J’atteste l’exactitude de ces informations.",
        error_messages={"required": "Cochez la case pour envoyer votre demande."},
    )


class UploadForm(forms.Form):
    uploads = MultipleUploadField(
        label="Vos fichiers",
        help_text="PDF, JPEG, PNG ou HEIC, 10\u00a0Mo au plus par fichier. "
        "Vous pouvez en choisir plusieurs.",
    )


class PromiseForm(forms.ModelForm):
    expected_on = FrenchDateField(label="Quand l’aurez-vous ?")

    class Meta:
        model = DocumentPromise
        fields = ("reason", "expected_on")
        labels: ClassVar = {"reason": "Pourquoi ne l’avez-vous pas encore ?"}
        error_messages: ClassVar = {
            "reason": {"required": "Dites pourquoi vous ne l’avez pas encore."}
        }


class MessageForm(forms.ModelForm):
    class Meta:
        model = Message
        fields = ("body",)
        labels: ClassVar = {"body": "Votre message"}
        help_texts: ClassVar = {
            "body": "N’écrivez ici aucune information sur la santé d’une personne."
        }
        widgets: ClassVar = {"body": CountedTextarea}
        error_messages: ClassVar = {"body": {"required": "Écrivez un message."}}


class FollowUpForm(forms.Form):
    reference = forms.CharField(
        label="Référence de votre dossier",
        help_text="Elle figure sur l’accusé de réception, par exemple INS-2026-00042-K.",
        max_length=40,
        widget=forms.TextInput({"class": "w20", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Indiquez la référence de votre dossier."},
    )
    email = forms.EmailField(
        label="Adresse e-mail donnée dans la demande",
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre adresse e-mail.",
            "invalid": "Cette adresse e-mail n’est pas complète, par exemple nom@exemple.fr.",
        },
    )

    def clean_reference(self) -> str:
        """A wrong check character is a slip of the hand: saying so tells nothing of any file."""
        reference = normalise_reference(self.cleaned_data["reference"])
        if reference is None:
            raise forms.ValidationError(
                "Cette référence ne peut pas exister : vérifiez chaque signe."
            )
        return reference
