"""What the desk types about a jury."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from apps.awards.enums import ProvisionalChoice
from apps.awards.models import Session
from apps.core.forms import FrenchDateField, MoneyField
from apps.core.sheets import decode
from apps.juries.enums import PhaseKind, ScoresShown
from apps.juries.forms import comment_field
from apps.juries.models import Juror, Phase
from apps.juries.money import why_not_amount
from apps.juries.readings import LARGEST_SEED, LONGEST_SHEET
from apps.juries.setup import PlannedPhase


def _count(label: str, *, most: int, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        widget=forms.TextInput({"class": "w4", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"Écrivez un nombre de 1 à {most:,}.".replace(",", "\u00a0"),
        ),
        **kwargs,
    )


class SettingsForm(forms.Form):
    reviews_per_file = _count("Lectures par dossier", most=20)
    files_per_juror = _count(
        "Dossiers par juré, au plus",
        most=1000,
        required=False,
        help_text="Vide : sans limite.",
    )


class PhaseForm(forms.Form):
    """One phase; left out altogether when both days are empty."""

    starts_on = FrenchDateField(required=False)
    ends_on = FrenchDateField(required=False)
    scores_shown = forms.ChoiceField(
        label="Notes que voit un juré", choices=ScoresShown.choices, initial=ScoresShown.OWN
    )
    shows_juror_names = forms.BooleanField(label="Montrer qui a noté", required=False)
    is_anonymous = forms.BooleanField(
        label="Lecture anonyme",
        help_text="Les jurés ne voient ni le porteur, ni les pièces qui le nomment.",
        required=False,
    )

    def __init__(self, *args: Any, kind: PhaseKind, phase: Phase | None, **kwargs: Any) -> None:
        names = ("starts_on", "ends_on", "scores_shown", "shows_juror_names", "is_anonymous")
        kept = {name: getattr(phase, name) for name in names} if phase else {}
        super().__init__(*args, **{**kwargs, "initial": kept, "prefix": kind.value})
        self.kind = kind
        for name, words in (("starts_on", "Premier jour"), ("ends_on", "Dernier jour")):
            self.fields[name].label = f"{words} de la {kind.label.lower()}"
        if kind == PhaseKind.ELIGIBILITY:  # jurors see nothing of it
            for name in names[2:]:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("starts_on")) != bool(cleaned.get("ends_on")):
            self.add_error("ends_on", "Indiquez les deux jours, ou aucun.")
        return cleaned

    @property
    def planned(self) -> PlannedPhase | None:
        """Of a valid form."""
        cleaned = self.cleaned_data
        if not cleaned.get("starts_on"):
            return None
        return PlannedPhase(
            kind=self.kind,
            starts_on=cleaned["starts_on"],
            ends_on=cleaned["ends_on"],
            scores_shown=cleaned.get("scores_shown", ScoresShown.OWN),
            shows_juror_names=cleaned.get("shows_juror_names", False),
            is_anonymous=cleaned.get("is_anonymous", False),
        )


class JurorForm(forms.Form):
    themes = forms.MultipleChoiceField(
        label="Thèmes",
        help_text="Aucun coché : tous les thèmes.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cap = _count(
        "Dossiers, au plus", most=1000, required=False, help_text="Vide : la limite du jury."
    )

    def __init__(self, *args: Any, themes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["themes"].choices = themes  # type: ignore[attr-defined]
        if not themes:
            del self.fields["themes"]


class InvitationForm(JurorForm):
    email = forms.EmailField(
        label="Adresse e-mail",
        help_text="La personne reçoit un courriel pour se connecter.",
        error_messages={
            "required": "Indiquez l’adresse e-mail.",
            "invalid": "Cette adresse n’est pas complète, par exemple nom@exemple.fr.",
        },
    )
    first_name = forms.CharField(
        label="Prénom", max_length=150, error_messages={"required": "Indiquez le prénom."}
    )
    last_name = forms.CharField(
        label="Nom", max_length=150, error_messages={"required": "Indiquez le nom."}
    )
    field_order = ("email", "first_name", "last_name", "themes", "cap")


class DrawForm(forms.Form):
    seed = forms.IntegerField(
        label="Graine du tirage",
        help_text="Avec ce nombre, chacun peut refaire le tirage et trouver le même.",
        min_value=0,
        max_value=LARGEST_SEED - 1,
        widget=forms.TextInput({"class": "w10", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "La graine est un nombre entier, de 0 à 2 147 483 647.",
        ),
    )


class SheetForm(forms.Form):
    text = forms.CharField(
        label="Lectures, une par ligne",
        help_text="La référence du dossier, un point-virgule, l’adresse du juré.",
        widget=forms.Textarea({"rows": 8}),
        max_length=LONGEST_SHEET,
        required=False,
        strip=False,
    )
    sheet = forms.FileField(label="Ou un fichier CSV", required=False, allow_empty_file=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("text") and not cleaned.get("sheet"):
            self.add_error("text", "Écrivez les lectures, ou choisissez un fichier.")
        return cleaned

    @property
    def content(self) -> str:
        """Of a valid form: the file's text when there is one."""
        if sheet := self.cleaned_data["sheet"]:
            return decode(sheet.read(LONGEST_SHEET + 1))
        return str(self.cleaned_data["text"])


class ReadingForm(forms.Form):
    juror = forms.ModelChoiceField(
        Juror.objects.none(),
        label="Juré",
        empty_label="Choisissez un juré",
        error_messages={"required": "Choisissez un juré."},
    )
    reference = forms.CharField(
        label="Référence du dossier",
        max_length=40,
        error_messages={"required": "Écrivez la référence du dossier."},
    )


class OpinionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = comment_field(
        "Commentaire du jury pour le porteur",
        "Il figure au procès-verbal et dans la lettre qui annonce la décision.",
    )


class PlaceForm(forms.Form):
    """Where a file goes in a scenario, and what it gets."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    rank = _count("Placer au rang", most=10_000)
    choice = forms.ChoiceField(
        label="Choix",
        choices=ProvisionalChoice.choices,
        widget=forms.RadioSelect({"class": "inline"}),
        error_messages={"required": "Choisissez oui ou non."},
    )
    amount = MoneyField(
        label="Montant", help_text="Tout ou partie de ce qui est demandé.", required=False
    )

    def __init__(self, *args: Any, asked: Decimal | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_yes = cleaned.get("choice") == ProvisionalChoice.YES
        if is_yes and "amount" in cleaned:
            if not cleaned["amount"]:
                self.add_error("amount", "Indiquez le montant de ce oui.")
            elif reason := why_not_amount(cleaned["amount"], self.asked):
                self.add_error("amount", reason)
        return cleaned

    @property
    def chosen(self) -> tuple[ProvisionalChoice, Any]:
        """Of a valid form."""
        choice = ProvisionalChoice(self.cleaned_data["choice"])
        return choice, self.cleaned_data["amount"] if choice == ProvisionalChoice.YES else None


class AgreementForm(forms.Form):
    met_on = FrenchDateField(label="Jour de la réunion")
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    present = forms.ModelMultipleChoiceField(
        Juror.objects.none(),
        label="Jurés présents",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez les jurés présents."},
    )
    refusal_reason = comment_field(
        "Motif pour les projets qui ne sont pas retenus",
        "Il figure dans la lettre de refus. Le commentaire du jury s’y ajoute.",
        most=2000,
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi rouvrir le classement",
        max_length=300,
        error_messages={"required": "Dites pourquoi le classement est rouvert."},
    )


class SessionChoiceForm(forms.Form):
    session = forms.ModelChoiceField(
        Session.objects.none(),
        label="Commission",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choisissez une commission."},
    )
