"""The pages of the installation aid's form, one ModelForm each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.db.models import Model

from apps.casefiles.forms import PlacedDetailForm, detail_of
from apps.casefiles.other_aid import BaseOtherAidForm, required_other_aid
from apps.casefiles.task_list import Task
from apps.core.forms import FrenchDateField, YesNoField
from apps.core.identifiers import why_not_rpps
from apps.programmes.installation import professions
from apps.programmes.installation.models import (
    InstallationDetail,
    PracticeMode,
    StructureKind,
    SupervisorStatus,
)
from apps.territory.forms import CommuneField


class ProfessionForm(forms.ModelForm):
    profession = forms.ChoiceField(
        label="Votre profession", choices=professions.CHOICES, widget=forms.RadioSelect
    )
    is_first_installation = YesNoField(
        label="Est-ce votre première installation ?",
        help_text="Vous n’avez encore jamais exercé à votre compte ou en poste fixe.",
    )

    class Meta:
        model = InstallationDetail
        fields = ("profession", "specialty", "rpps", "is_first_installation")
        help_texts: ClassVar = {"specialty": "Pour un médecin spécialiste."}
        widgets: ClassVar = {"rpps": forms.TextInput(attrs={"inputmode": "numeric"})}

    def clean_rpps(self) -> str:
        return "".join(self.cleaned_data["rpps"].split())

    @property
    def warnings(self) -> dict[str, str]:
        """What to check again without being refused: an RPPS with an unusual key."""
        rpps = self.cleaned_data.get("rpps", "") if self.is_bound else self.instance.rpps
        reason = why_not_rpps(rpps) if rpps else ""
        return {"rpps": reason} if reason else {}


class PlaceForm(PlacedDetailForm):
    commune = CommuneField(label="Commune")
    structure_kind = forms.ChoiceField(
        label="Type de lieu", choices=StructureKind.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = InstallationDetail
        fields = ("commune", "structure_kind", "structure_name", "address")


class PracticeForm(forms.ModelForm):
    starts_on = FrenchDateField(
        label="Quand commencez-vous à exercer ?", help_text="Une date prévue convient."
    )
    practice_mode = forms.ChoiceField(
        label="Mode d’exercice", choices=PracticeMode.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = InstallationDetail
        fields = ("starts_on", "practice_mode")


class SupervisorForm(forms.ModelForm):
    supervisor = forms.ChoiceField(
        label="Êtes-vous maître de stage ?",
        help_text="2 000 € de plus si vous l’êtes, ou si vous promettez de l’être dans les 5 ans.",
        choices=SupervisorStatus.choices,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = InstallationDetail
        fields = ("supervisor",)


class OtherAidForm(BaseOtherAidForm):
    has_other_aid = YesNoField(
        label="Avez-vous déjà une aide de l’ARS ou de l’Assurance maladie pour cette installation ?"
    )

    class Meta:
        model = InstallationDetail
        fields = ("has_other_aid", "other_aid")


def _required_profession(instance: Model) -> Sequence[str]:
    specialist = getattr(instance, "profession", "") == "medecin-specialiste"
    return ("profession", *(("specialty",) if specialist else ()), "is_first_installation")


TASKS = (
    Task(
        slug="profession",
        label="Votre profession",
        form_class=ProfessionForm,
        get_instance=detail_of,
        required=_required_profession,
    ),
    Task(
        slug="lieu",
        label="Votre lieu d’exercice",
        form_class=PlaceForm,
        get_instance=detail_of,
        required=lambda instance: ("commune", "structure_kind", "address"),
    ),
    Task(
        slug="exercice",
        label="Début et mode d’exercice",
        form_class=PracticeForm,
        get_instance=detail_of,
        required=lambda instance: ("starts_on", "practice_mode"),
    ),
    Task(
        slug="maitre-de-stage",
        label="Maître de stage",
        form_class=SupervisorForm,
        get_instance=detail_of,
        required=lambda instance: ("supervisor",),
    ),
    Task(
        slug="autres-aides",
        label="Autres aides",
        form_class=OtherAidForm,
        get_instance=detail_of,
        required=required_other_aid,
    ),
)
