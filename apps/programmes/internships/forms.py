"""The pages of the rural internship allowance's form, one ModelForm each."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from apps.casefiles.forms import PlacedDetailForm, detail_of
from apps.casefiles.task_list import Task
from apps.core.forms import FrenchDateField, YesNoField
from apps.programmes.internships.models import InternshipDetail, why_not_dates
from apps.territory.forms import CommuneField

# Asked in the same words by the form and by the simulator.
SCHOOL_AID = "Votre école vous aide-t-elle pour ce stage\u00a0?"
EMPLOYER_AID = "Un employeur vous aide-t-il pour ce stage\u00a0?"
DEPARTMENT_BURSARY = "Avez-vous une bourse d’études du Département du Loiret\u00a0?"


class CourseForm(forms.ModelForm):
    study_year = forms.IntegerField(
        label="Année d’études",
        help_text="Un nombre, par exemple 4 pour la quatrième année.",
        min_value=1,
        max_value=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w2"}),
    )

    class Meta:
        model = InternshipDetail
        fields = ("school", "course", "study_year")
        help_texts: ClassVar = {"course": "Par exemple\u00a0: médecine, kinésithérapie."}


class PlacementForm(PlacedDetailForm):
    commune = CommuneField(label="Commune du stage")
    starts_on = FrenchDateField(label="Premier jour du stage")
    ends_on = FrenchDateField(label="Dernier jour du stage")

    class Meta:
        model = InternshipDetail
        fields = ("commune", "host_name", "host_address", "starts_on", "ends_on")
        help_texts: ClassVar = {"host_name": "Le cabinet, la maison de santé ou l’hôpital."}

    def clean(self) -> dict[str, Any]:
        """While one date alone is corrected, the other is the one already known."""
        cleaned = super().clean() or self.cleaned_data
        first = cleaned.get("starts_on", self.instance.starts_on)
        last = cleaned.get("ends_on", self.instance.ends_on)
        if first and last and (reason := why_not_dates(first, last)):
            self.add_error("ends_on" if "ends_on" in self.fields else "starts_on", reason)
        return cleaned


class TutorForm(forms.ModelForm):
    class Meta:
        model = InternshipDetail
        fields = ("tutor_name", "tutor_email", "tutor_phone")
        help_texts: ClassVar = {
            "tutor_email": "Chaque mois, nous lui demandons par e-mail de confirmer votre présence."
        }
        widgets: ClassVar = {
            "tutor_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "tutor_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "tutor_phone": forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        }

    def clean_tutor_email(self) -> str:
        """Nobody confirms their own presence."""
        email: str = self.cleaned_data["tutor_email"]
        if email and email.lower() == self.instance.case_file.email.lower():
            raise forms.ValidationError(
                "C’est votre adresse. Indiquez celle de la personne qui vous encadre."
            )
        return email


class OtherAidForm(forms.ModelForm):
    has_school_aid = YesNoField(label=SCHOOL_AID)
    has_employer_aid = YesNoField(label=EMPLOYER_AID)
    has_department_bursary = YesNoField(label=DEPARTMENT_BURSARY)

    class Meta:
        model = InternshipDetail
        fields = ("has_school_aid", "has_employer_aid", "has_department_bursary")


TASKS = (
    Task(
        slug="formation",
        label="Votre formation",
        form_class=CourseForm,
        get_instance=detail_of,
        required=lambda instance: ("school", "course", "study_year"),
    ),
    Task(
        slug="stage",
        label="Votre stage",
        form_class=PlacementForm,
        get_instance=detail_of,
        required=lambda instance: ("commune", "host_name", "starts_on", "ends_on"),
    ),
    Task(
        slug="tuteur",
        label="La personne qui vous encadre",
        form_class=TutorForm,
        get_instance=detail_of,
        required=lambda instance: ("tutor_name", "tutor_email"),
    ),
    Task(
        slug="autres-aides",
        label="Autres aides",
        form_class=OtherAidForm,
        get_instance=detail_of,
        required=lambda instance: OtherAidForm.Meta.fields,
    ),
)
