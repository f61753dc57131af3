"""What each move asks before it is made. Nothing typed is lost when it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from apps.casefiles.corrections import Point
from apps.casefiles.documents import document_rows
from apps.casefiles.enums import ChangeTarget
from apps.casefiles.forms import all_answers
from apps.casefiles.lifecycle import Transition
from apps.casefiles.models import CaseFile
from apps.casefiles.proposal_forms import ProposalFields
from apps.casefiles.proposals import why_not_grant
from apps.core.forms import CountedTextarea, FrenchDateField

LONGEST_COMMENT = 2000
LONGEST_REASON = 500


class MoveForm(forms.Form):
    """The version of the file that was on the screen: a move on another one is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, case_file: CaseFile, transition: Transition) -> None:
        self.case_file, self.transition = case_file, transition
        super().__init__(data, initial={"version": case_file.version} | self.suggestions())

    def suggestions(self) -> dict[str, Any]:
        """What the form is filled with at first."""
        return {}


class CommentForm(MoveForm):
    comment = forms.CharField(
        label="Commentaire", max_length=LONGEST_COMMENT, required=False, widget=CountedTextarea
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = self.transition.comment_required
        self.fields["comment"].error_messages["required"] = "Expliquez pourquoi."


class DismissForm(MoveForm):
    comment = forms.CharField(
        label="Raison",
        help_text="La personne la lit dans son espace.",
        max_length=LONGEST_COMMENT,
        widget=CountedTextarea,
    )


class WithdrawForm(MoveForm):
    comment = forms.CharField(
        label="Comment la personne a demandé le retrait",
        help_text="Par exemple : par téléphone, le 3 mars.",
        max_length=LONGEST_COMMENT,
        widget=CountedTextarea,
        error_messages={"required": "Dites comment la personne l’a demandé."},
    )


class ProposeForm(ProposalFields, MoveForm):
    """Grant an amount, or refuse with a reason."""

    def suggestions(self) -> dict[str, Any]:
        return {"amount": self.case_file.computed_amount}

    def why_not_grant(self, amount: Decimal | None, *, reason: str) -> str:
        return why_not_grant(self.case_file, amount, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A point that may be asked again, with what stands there now."""

    target: ChangeTarget
    key: str
    label: str
    current: str
    stops_clock: bool = False


def candidates(case_file: CaseFile) -> list[Candidate]:
    """Every answer and every piece of a file."""
    answers = [
        Candidate(target=ChangeTarget.ANSWER, key=item.key, label=item.label, current=item.value)
        for item in all_answers(case_file)
    ]
    pieces = [
        Candidate(
            target=ChangeTarget.DOCUMENT,
            key=row.kind.slug,
            label=row.kind.label,
            current=row.status.label,
            stops_clock=row.kind.is_indispensable,
        )
        for row in document_rows(case_file)
    ]
    return [*answers, *pieces]


@dataclass(frozen=True)
class PointRow:
    """A candidate with its two controls."""

    candidate: Candidate
    asked: BoundField
    reason: BoundField


class RequestChangesForm(MoveForm):
    """Which points to take up again, why each, and for when."""

    due_on = FrenchDateField(label="À rendre pour le")
    message = forms.CharField(
        label="Message", max_length=LONGEST_COMMENT, required=False, widget=CountedTextarea
    )

    def __init__(
        self, data: Any, *, case_file: CaseFile, transition: Transition, due_on: date
    ) -> None:
        self.usual_day = due_on
        self.candidates = candidates(case_file)
        super().__init__(data, case_file=case_file, transition=transition)
        for index, candidate in enumerate(self.candidates):
            self.fields[f"ask_{index}"] = forms.BooleanField(label=candidate.label, required=False)
            self.fields[f"reason_{index}"] = forms.CharField(
                label=f"Pourquoi reprendre « {candidate.label} »",
                max_length=LONGEST_REASON,
                required=False,
                # The style sheet shows the box once its point is ticked, or is not empty.
                widget=forms.TextInput({"placeholder": " "}),
            )

    def suggestions(self) -> dict[str, Any]:
        message = (
            f"Bonjour,\n\nPour étudier votre demande {self.case_file.reference}, nous avons besoin "
            "des points ci-dessous. Vous pouvez les reprendre dans votre espace.\n\n"
            "Le guichet unique"
        )
        return {"due_on": self.usual_day, "message": message}

    def rows(self, target: ChangeTarget) -> list[PointRow]:
        return [
            PointRow(candidate, self[f"ask_{index}"], self[f"reason_{index}"])
            for index, candidate in enumerate(self.candidates)
            if candidate.target == target
        ]

    def answers(self) -> list[PointRow]:
        return self.rows(ChangeTarget.ANSWER)

    def pieces(self) -> list[PointRow]:
        return self.rows(ChangeTarget.DOCUMENT)

    def clean(self) -> dict[str, Any]:
        """A reason alone counts as a tick: who explains a point wants it taken up again."""
        cleaned: dict[str, Any] = super().clean() or {}
        points = []
        for index, candidate in enumerate(self.candidates):
            reason = cleaned.get(f"reason_{index}", "")
            if cleaned.get(f"ask_{index}") and not reason:
                self.add_error(f"reason_{index}", "Dites pourquoi ce point est à reprendre.")
            if reason:
                points.append(
                    Point(
                        target=candidate.target,
                        key=candidate.key,
                        label=candidate.label,
                        reason=reason,
                    )
                )
        if not points and not self.errors:
            self.add_error(None, "Cochez au moins une réponse ou une pièce à reprendre.")
        cleaned["points"] = points
        return cleaned

    @property
    def points(self) -> Sequence[Point]:
        points: Sequence[Point] = self.cleaned_data["points"]
        return points
