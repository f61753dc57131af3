"""The pages every programme shares: « Vous », and the list of all tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import Model

from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.task_list import Answer, Task


class IdentityForm(forms.ModelForm):
    """Who asks. Only these five lines: nothing is asked that the guichet does not use."""

    class Meta:
        model = CaseFile
        fields = ("first_name", "last_name", "email", "phone", "postal_address")
        widgets: ClassVar = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "postal_address": forms.Textarea(attrs={"autocomplete": "street-address", "rows": 3}),
        }

    def save(self, commit: bool = True) -> CaseFile:
        """Write these lines only: the rest of the row may have moved since it was read."""
        case_file: CaseFile = super().save(commit=False)
        if commit:
            case_file.save(update_fields=list(self.fields))
        return case_file


class PlacedDetailForm(forms.ModelForm):
    """A page of a PlacedDetail that asks for the place, in a field `commune`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("commune", self.instance.commune)

    def save(self, commit: bool = True) -> Any:
        """Also write the commune, which lives on the case file."""
        if "commune" in self.cleaned_data:
            self.instance.case_file.commune = self.cleaned_data["commune"]
            if commit:
                self.instance.case_file.save(update_fields=["commune"])
        return super().save(commit)


def detail_of(case_file: CaseFile) -> Model:
    """The programme's own row, for Task.get_instance."""
    detail = getattr(case_file, programmes[case_file.programme].detail_related_name)
    detail.case_file = case_file  # one object for the row: what a page saves, the next one reads
    return cast("Model", detail)


def _identity_required(instance: Model) -> Sequence[str]:
    # A person at the desk may have no e-mail address: the receipt is then printed.
    online = isinstance(instance, CaseFile) and instance.applicant_id is not None
    return ("first_name", "last_name", *(("email",) if online else ()), "postal_address")


IDENTITY_TASK = Task(
    slug="vous",
    label="Vos coordonnées",
    form_class=IdentityForm,
    get_instance=lambda case_file: case_file,
    required=_identity_required,
    hint="Pour vous écrire et établir la décision à votre nom.",
)


def all_tasks(case_file: CaseFile) -> list[Task]:
    """Every page of the form, the common one first."""
    return [IDENTITY_TASK, *programmes[case_file.programme].tasks(case_file)]


def identity_answers(case_file: CaseFile) -> list[Answer]:
    values = {
        "first_name": ("Prénom", case_file.first_name),
        "last_name": ("Nom", case_file.last_name),
        "email": ("Adresse e-mail", case_file.email),
        "phone": ("Téléphone", case_file.phone.as_national if case_file.phone else ""),
        "postal_address": ("Adresse postale", case_file.postal_address),
    }
    return [
        Answer(key=f"vous.{name}", label=label, value=value)
        for name, (label, value) in values.items()
    ]


def all_answers(case_file: CaseFile) -> list[Answer]:
    """Every answer in words: for « Vérifier et envoyer », the desk and corrections."""
    return [*identity_answers(case_file), *programmes[case_file.programme].answers(case_file)]
