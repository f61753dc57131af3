"""The pages of the bursary's form, one ModelForm each, and the questions asked again each year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Model

from apps.casefiles.forms import detail_of
from apps.casefiles.other_aid import BaseOtherAidForm, other_aid_errors, required_other_aid
from apps.casefiles.task_list import Task
from apps.core import clock
from apps.core.dates import school_year_label
from apps.core.forms import YesNoField
from apps.programmes.bursaries import tracks
from apps.programmes.bursaries.models import BursaryDetail

_OTHER_AID_LABEL = "Avez-vous une autre aide pour ces études ?"
_OTHER_AID_HELP = "Bourse, contrat, aide d’un hôpital, d’une région ou d’un employeur."


class YearOfStudyField(forms.IntegerField):
    """From 1 to tracks.LAST_YEAR_OF_STUDY; a whole number, typed."""

    default_error_messages = {  # noqa: RUF012 - the name and the type are Django's
        "required": "Indiquez votre année d’études, par exemple 1.",
        "invalid": "Écrivez un nombre, par exemple 1.",
    }

    def __init__(self, **kwargs: Any) -> None:
        last = tracks.LAST_YEAR_OF_STUDY
        defaults: dict[str, Any] = {
            "label": "Quelle année d’études ?",
            "help_text": "Un nombre : 1 pour la première année. Internes : l’année d’internat.",
            "min_value": 1,
            "max_value": last,
            "widget": forms.TextInput({"class": "w2", "inputmode": "numeric"}),
        }
        super().__init__(**(defaults | kwargs))


def _faculty_errors(cleaned: dict[str, Any]) -> dict[str, str]:
    """What an unlisted faculty must say: its name and its country."""
    if cleaned.get("track") != "europe-autre":
        return {}
    wanted = {
        "faculty": "Indiquez le nom de votre faculté.",
        "country": "Indiquez le pays de votre faculté.",
    }
    return {name: reason for name, reason in wanted.items() if not cleaned.get(name)}


class StudiesForm(forms.ModelForm):
    course = forms.ChoiceField(
        label="Quelles études suivez-vous ?",
        choices=list(tracks.COURSES.items()),
        widget=forms.RadioSelect,
    )
    school_year = forms.TypedChoiceField(
        label="Pour quelle année universitaire demandez-vous la bourse ?",
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect({"class": "inline"}),
    )
    year_of_study = YearOfStudyField()

    class Meta:
        model = BursaryDetail
        fields = ("course", "other_course", "school_year", "year_of_study")
        help_texts: ClassVar = {"other_course": "Si vous suivez une autre formation de santé."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = clock.today().year
        years = {this_year - 1, this_year, this_year + 1, self.instance.school_year} - {None}
        field = self.fields["school_year"]
        field.choices = [  # type: ignore[attr-defined]
            (year, school_year_label(year)) for year in sorted(years)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("course") == tracks.OTHER_COURSE and not cleaned.get("other_course"):
            self.add_error("other_course", "Indiquez quelles études vous suivez.")
        return cleaned


class FacultyForm(forms.ModelForm):
    track = forms.ChoiceField(
        label="Où étudiez-vous ?", choices=tracks.CHOICES, widget=forms.RadioSelect
    )

    class Meta:
        model = BursaryDetail
        fields = ("track", "faculty", "country")
        help_texts: ClassVar = {
            "faculty": "Par exemple Tours, Lyon ou Paris-Saclay.",
            "country": "Pour une autre faculté européenne.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, reason in _faculty_errors(cleaned).items():
            self.add_error(name, reason)
        return cleaned


class OtherAidForm(BaseOtherAidForm):
    has_other_aid = YesNoField(label=_OTHER_AID_LABEL, help_text=_OTHER_AID_HELP)

    class Meta:
        model = BursaryDetail
        fields = ("has_other_aid", "other_aid")


class CommitmentForm(forms.ModelForm):
    commits = YesNoField(
        label="Vous engagez-vous à exercer au moins cinq ans dans le Loiret ?",
        help_text="L’engagement commence à votre premier jour d’exercice, après le diplôme. "
        "S’il est rompu, une partie de la bourse est à rembourser.",
    )

    class Meta:
        model = BursaryDetail
        fields = ("commits",)


class RenewalQuestions(forms.Form):
    """What is asked again for each school year; the field names are those of the detail row."""

    year_of_study = YearOfStudyField()
    track = forms.ChoiceField(
        label="Où étudiez-vous ?", choices=tracks.CHOICES, widget=forms.RadioSelect
    )
    faculty = forms.CharField(label="Nom de la faculté", max_length=160, required=False)
    country = forms.CharField(
        label="Pays",
        help_text="Pour une autre faculté européenne.",
        max_length=60,
        required=False,
    )
    has_other_aid = YesNoField(label=_OTHER_AID_LABEL, help_text=_OTHER_AID_HELP)
    other_aid = forms.CharField(label="Laquelle, et combien", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, reason in (_faculty_errors(cleaned) | other_aid_errors(cleaned)).items():
            self.add_error(name, reason)
        return cleaned


def _required_studies(instance: Model) -> Sequence[str]:
    other = getattr(instance, "course", "") == tracks.OTHER_COURSE
    return ("course", *(("other_course",) if other else ()), "school_year", "year_of_study")


def _required_faculty(instance: Model) -> Sequence[str]:
    unlisted = getattr(instance, "track", "") == "europe-autre"
    return ("track", *(("faculty", "country") if unlisted else ()))


TASKS = (
    Task(
        slug="etudes",
        label="Vos études",
        form_class=StudiesForm,
        get_instance=detail_of,
        required=_required_studies,
    ),
    Task(
        slug="faculte",
        label="Votre faculté",
        form_class=FacultyForm,
        get_instance=detail_of,
        required=_required_faculty,
    ),
    Task(
        slug="autres-aides",
        label="Autres aides",
        form_class=OtherAidForm,
        get_instance=detail_of,
        required=required_other_aid,
    ),
    Task(
        slug="engagement",
        label="Votre engagement",
        form_class=CommitmentForm,
        get_instance=detail_of,
        required=lambda instance: ("commits",),
    ),
)
