"""The forms with which staff write a call."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.core import clock
from apps.core.forms import FrenchDateField, MoneyField
from apps.files.enums import ContentType
from apps.files.forms import UploadField
from apps.programmes.innovation.choices import QuestionKind
from apps.programmes.innovation.models import Call, Question

_HOUR = re.compile(r"(\d{1,2})\s*(?:[h:]\s*(\d{1,2})?)?\s*(?::\s*(\d{1,2}))?")


class HourField(forms.CharField):
    """« 18 h », « 18 h 30 » or « 18:00:00 ». Cleans to a `time`."""

    default_error_messages = {  # noqa: RUF012 - the name and the type are Django's
        "required": "Indiquez l’heure, par exemple 18 h.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"widget": forms.TextInput({"class": "w5"})} | kwargs))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, time):
            return value.strftime("%H:%M:%S" if value.second else "%H:%M")
        return value

    def clean(self, value: Any) -> time | None:
        typed = super().clean(value)
        if not typed:
            return None
        match = _HOUR.fullmatch(typed.strip().lower())
        parts = [int(part or 0) for part in match.groups()] if match else [24, 0, 0]
        if parts[0] > 23 or parts[1] > 59 or parts[2] > 59:
            raise ValidationError("Écrivez une heure, par exemple 18 h ou 18:00.")
        hour, minute, second = parts
        return time(hour, minute, second)


class CallForm(forms.ModelForm):
    opens_on = FrenchDateField(label="Ouvre le")
    opens_hour = HourField(label="à")
    closes_on = FrenchDateField(label="Ferme le")
    closes_hour = HourField(label="à")
    jury_on = FrenchDateField(label="Réunion du jury le", required=False)
    announced_on = FrenchDateField(label="Annonce des lauréats le", required=False)
    largest_amount = MoneyField(
        label="Montant le plus haut d’une aide",
        help_text="Vide : aucun plafond n’est fixé.",
        required=False,
    )
    rules_upload = UploadField(
        label="Règlement signé, en PDF",
        help_text="Sans fichier, le portail fait le PDF avec les mots de cette page.",
        required=False,
    )

    class Meta:
        model = Call
        fields = (
            *("year", "presentation", "perimeter", "is_fictitious", "grace_seconds"),
            *("jury_on", "announced_on", "largest_amount", "balance_percent", "rules"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens", "closes"):
            at: datetime | None = getattr(self.instance, f"{name}_at", None)
            if at is not None:
                local = at.astimezone(clock.PARIS)
                self.initial[f"{name}_on"] = local.date()
                self.initial[f"{name}_hour"] = local.time().replace(tzinfo=None)

    def clean_rules_upload(self) -> Any:
        upload = self.cleaned_data["rules_upload"]
        if upload and upload.content_type != ContentType.PDF:
            raise ValidationError("Le règlement est un fichier PDF.")
        return upload

    def clean(self) -> dict[str, Any]:
        """The instants are set before the model's own checks, which compare them."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("opens", "closes"):
            day: date | None = cleaned.get(f"{name}_on")
            hour: time | None = cleaned.get(f"{name}_hour")
            if day and hour is not None:
                moment = datetime.combine(day, hour, tzinfo=clock.PARIS)
                setattr(self.instance, f"{name}_at", moment)
        opens, closes = self.instance.opens_at, self.instance.closes_at
        if opens and closes and closes <= opens:
            self.add_error("closes_on", "L’appel ferme après son ouverture.")
        jury = cleaned.get("jury_on")
        if jury and closes and jury < clock.paris_date(closes):
            self.add_error("jury_on", "Le jury se réunit après la fermeture de l’appel.")
        return cleaned


class QuestionForm(forms.ModelForm):
    options = forms.CharField(
        label="Choix",
        help_text="Une réponse possible par ligne, pour un choix dans une liste.",
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )

    class Meta:
        model = Question
        fields = ("position", "label", "help_text", "kind", "options", "max_length", "is_required")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["options"] = "\n".join(self.instance.options)

    def clean_options(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["options"].splitlines()]
        return [line for line in lines if line]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_choice = cleaned.get("kind") == QuestionKind.CHOICE
        options = cleaned.get("options") or []
        if is_choice and len(options) < 2:
            self.add_error("options", "Écrivez au moins deux réponses possibles.")
        if not is_choice and options:
            self.add_error("options", "Seul un choix dans une liste propose des réponses.")
        return cleaned


class CopyForm(forms.Form):
    year = forms.IntegerField(
        label="Année du nouvel appel",
        min_value=2017,
        max_value=2199,
        widget=forms.TextInput({"class": "w4", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "Écrivez l’année en quatre chiffres, par exemple 2028.",
        ),
    )
