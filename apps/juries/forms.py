"""What a juror types: a declaration, then marks and comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.core.forms import CountedTextarea
from apps.juries.models import Criterion, Review
from apps.juries.reviews import Written

NONE, CONFLICT = "aucun", "conflit"
# Up to this highest mark, each mark is a button of its own.
_MOST_BUTTONS = 10


def comment_field(label: str, help_text: str, *, most: int = 4000) -> forms.CharField:
    """Words that may be left out."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, required=False, widget=CountedTextarea
    )


class DeclarationForm(forms.Form):
    answer = forms.ChoiceField(
        label="Avez-vous un lien avec ce projet, ou avec ceux qui le portent ?",
        choices=[(NONE, "Aucun lien"), (CONFLICT, "Un lien : je ne le juge pas")],
        widget=forms.RadioSelect,
        error_messages={"required": "Répondez avant de lire le projet."},
    )
    reason = forms.CharField(
        label="Quel lien",
        help_text="Lu par le guichet seul. Sans détail privé.",
        max_length=300,
        required=False,
    )

    @property
    def has_conflict(self) -> bool:
        return bool(self.cleaned_data["answer"] == CONFLICT)


class ConflictForm(forms.Form):
    reason = DeclarationForm.base_fields["reason"]


class MarkField(forms.TypedChoiceField):
    """One mark: radio buttons on a short scale, a list on a long one. Cleans to an int or None."""

    def __init__(self, criterion: Criterion, **kwargs: Any) -> None:
        marks = [(str(mark), str(mark)) for mark in range(criterion.highest + 1)]
        is_short = criterion.highest <= _MOST_BUTTONS
        widget = forms.RadioSelect({"class": "inline"}) if is_short else forms.Select()
        super().__init__(
            label=f"{criterion.label}, de 0 à {criterion.highest}",
            help_text=criterion.help_text,
            choices=marks if is_short else [("", "Pas encore notée"), *marks],
            coerce=int,
            empty_value=None,
            widget=widget,
            error_messages={"invalid_choice": f"La note va de 0 à {criterion.highest}."},
            **kwargs,
        )

    def validate(self, value: Any) -> None:
        """A mark is asked to give the review (save_review), not to keep a draft."""
        if value not in self.empty_values:
            super().validate(value)


class ReviewForm(forms.Form):
    """Every criterion, then abstention and comments. `version`: the review as it was shown."""

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput)
    is_abstention = forms.BooleanField(
        label="Je m’abstiens sur ce projet",
        help_text="Vos notes ne comptent pas. Le jury voit votre abstention.",
        required=False,
    )
    jury_comment = comment_field("Commentaire pour le jury", "Le porteur du projet ne le lit pas.")
    owner_comment = comment_field(
        "Commentaire pour le porteur du projet", "Le jury s’en sert pour écrire son avis."
    )

    def __init__(
        self, *args: Any, criteria: Sequence[Criterion], review: Review | None, **kwargs: Any
    ) -> None:
        given = {} if review is None else dict(review.scores.values_list("criterion_id", "value"))
        kept = {
            "version": review.version if review else 0,
            "is_abstention": bool(review and review.is_abstention),
            "jury_comment": review.jury_comment if review else "",
            "owner_comment": review.owner_comment if review else "",
        }
        super().__init__(*args, **{**kwargs, "initial": kept})
        self.criteria = criteria
        for criterion in criteria:
            field = MarkField(criterion, initial=given.get(criterion.pk))
            self.fields[_name(criterion)] = field
        self.order_fields([_name(criterion) for criterion in criteria])

    @property
    def written(self) -> Written:
        """Of a valid form."""
        cleaned = self.cleaned_data
        marks = {item.pk: cleaned[_name(item)] for item in self.criteria}
        return Written(
            marks={key: mark for key, mark in marks.items() if mark is not None},
            is_abstention=cleaned["is_abstention"],
            jury_comment=cleaned["jury_comment"],
            owner_comment=cleaned["owner_comment"],
        )


def _name(criterion: Criterion) -> str:
    return f"note_{criterion.pk}"
