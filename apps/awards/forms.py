"""What is typed about commissions, and why something is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from apps.awards.enums import Vote
from apps.awards.models import AgendaItem, Session
from apps.awards.models.envelope import FIRST_YEAR, LAST_YEAR
from apps.awards.votes import CastVote, why_not_vote
from apps.casefiles.amounts import granting
from apps.casefiles.enums import Outcome
from apps.core.forms import CountedTextarea, FrenchDateField

_LONGEST_TEXT = 2000
_LONGEST_REASON = 500
_YEAR = "Écrivez l’exercice en quatre chiffres, par exemple 2027."


class ProgrammeYearForm(forms.Form):
    """Which programme, which budget year."""

    programme = forms.ChoiceField(
        label="Dispositif", error_messages={"required": "Choisissez un dispositif."}
    )
    year = forms.IntegerField(
        label="Exercice",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput({"class": "w4", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _YEAR),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = choices  # type: ignore[attr-defined]


class SessionForm(forms.ModelForm):
    """When and where the commission sits; a date, or why there is none."""

    held_on = FrenchDateField(label="Date")

    class Meta:
        model = Session
        fields = ("label", "held_on", "place", "undated_reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.data if self.is_bound else {"undated_reason": self.instance.undated_reason}
        self.fields["held_on"].required = not known.get("undated_reason")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("held_on") and cleaned.get("undated_reason"):
            self.add_error("undated_reason", "La date est connue : laissez ce champ vide.")
        return cleaned


@dataclass(frozen=True)
class VoteRow:
    """One file of the votes page, with its three controls."""

    item: AgendaItem
    rank: int
    vote: forms.BoundField
    reason: forms.BoundField | None
    comment: forms.BoundField


class ReasonField(forms.CharField):
    """Not marked as optional: it is asked as soon as « Refuser » is chosen (VotesForm.clean)."""

    def validate(self, value: str) -> None:
        """Empty is no fault of the field's own."""


class VotesForm(forms.Form):
    """Every vote of a session on one page; « suivre » is chosen beforehand for all of them.

    `expected` is the fingerprint of the agenda that was shown.
    """

    use_required_attribute = False

    expected = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self._add_fields(item)

    def _add_fields(self, item: AgendaItem) -> None:
        reference = item.case_file.reference
        self.fields[f"vote_{item.pk}"] = forms.ChoiceField(
            label=f"Vote, {reference}",
            choices=vote_choices(item),
            initial=item.vote or Vote.FOLLOW,
            widget=forms.RadioSelect({"class": "inline"}),
            error_messages={"required": "Choisissez un vote."},
        )
        if item.proposed_outcome == Outcome.GRANT:
            self.fields[f"reason_{item.pk}"] = ReasonField(
                label=f"Motif du refus, {reference}",
                help_text="Repris dans la lettre.",
                initial=item.reason,
                max_length=_LONGEST_TEXT,
                widget=forms.Textarea({"rows": 2}),
            )
        self.fields[f"comment_{item.pk}"] = forms.CharField(
            label=f"Commentaire, {reference}",
            help_text="Reste au guichet. Nécessaire pour ajourner.",
            initial=item.comment,
            max_length=_LONGEST_TEXT,
            required=False,
            widget=forms.Textarea({"rows": 2}),
        )

    def rows(self) -> Iterator[VoteRow]:
        for rank, item in enumerate(self.items, start=1):
            yield VoteRow(
                item=item,
                rank=rank,
                vote=self[f"vote_{item.pk}"],
                reason=self[f"reason_{item.pk}"] if f"reason_{item.pk}" in self.fields else None,
                comment=self[f"comment_{item.pk}"],
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for item in self.items:
            if f"vote_{item.pk}" not in cleaned:
                continue
            cast = self._cast(item, cleaned)
            if reason := why_not_vote(item, cast):
                wrong = "reason" if cast.vote == Vote.REFUSE else "comment"
                self.add_error(f"{wrong}_{item.pk}", reason)
        return cleaned

    @property
    def votes(self) -> dict[int, CastVote]:
        """The votes of a valid form, by the item's primary key."""
        return {item.pk: self._cast(item, self.cleaned_data) for item in self.items}

    @staticmethod
    def _cast(item: AgendaItem, cleaned: dict[str, Any]) -> CastVote:
        return CastVote(
            vote=Vote(cleaned[f"vote_{item.pk}"]),
            reason=cleaned.get(f"reason_{item.pk}", ""),
            comment=cleaned.get(f"comment_{item.pk}", ""),
        )


def vote_choices(item: AgendaItem) -> list[tuple[str, str]]:
    """The votes that make sense for a proposal, in words that say what they do."""
    if item.proposed_outcome != Outcome.GRANT:
        return [(Vote.FOLLOW, "Suivre : refuser"), (Vote.ADJOURN, "Ajourner")]
    return [
        (Vote.FOLLOW, f"Suivre : {granting(item.proposed_amount)}"),
        (Vote.REFUSE, "Refuser"),
        (Vote.ADJOURN, "Ajourner"),
    ]


class ClosingForm(forms.Form):
    deliberation = forms.CharField(
        label="Numéro de la délibération",
        help_text="Il figure dans chaque lettre.",
        max_length=60,
        widget=forms.TextInput({"class": "w20"}),
        error_messages={"required": "Indiquez le numéro de la délibération."},
    )
    expected = forms.CharField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why something is refused or taken back; `hint` says who reads it."""

    reason = forms.CharField(
        label="Pourquoi ?",
        max_length=_LONGEST_REASON,
        widget=CountedTextarea({"rows": 3}),
        error_messages={"required": "Dites pourquoi."},
    )

    def __init__(self, *args: Any, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = hint


class RemovalForm(forms.Form):
    comment = forms.CharField(
        label="Pourquoi ?",
        help_text="Reste au guichet.",
        max_length=_LONGEST_TEXT,
        widget=CountedTextarea({"rows": 3}),
        error_messages={"required": "Dites pourquoi ce dossier quitte l’ordre du jour."},
    )


class SessionField(forms.ModelChoiceField):
    def label_from_instance(self, session: Session) -> str:
        return f"{session.label}, {session.day_label}"


class SessionChoiceForm(forms.Form):
    """Which sitting the files go to."""

    session = SessionField(
        label="Quelle commission ?",
        queryset=Session.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez une commission.",
            "invalid_choice": "Cette commission ne prend plus de dossier.",
        },
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = Session.objects.upcoming(on)  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """`version`: the file as it was shown; somebody else's change is then not overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CompletionForm(MoveForm):
    comment = forms.CharField(
        label="Commentaire",
        help_text="La personne le lit.",
        max_length=_LONGEST_TEXT,
        required=False,
        widget=CountedTextarea({"rows": 3}),
    )
