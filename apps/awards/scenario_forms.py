"""What a head types in a scenario: a name, then a choice and an amount for each waiting file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from apps.awards.enums import ProvisionalChoice
from apps.awards.forms import ProgrammeYearForm
from apps.awards.models import ScenarioLine
from apps.awards.scenarios import usual_amount
from apps.casefiles.models import CaseFile
from apps.core.forms import MoneyField, MoneyInput

_UNDECIDED = ("", "À voir")


class ScenarioNameForm(forms.Form):
    name = forms.CharField(
        label="Nom du scénario",
        max_length=80,
        error_messages={"required": "Donnez un nom au scénario."},
    )


class NewScenarioForm(ProgrammeYearForm, ScenarioNameForm):
    """What a new scenario is about."""


@dataclass(frozen=True)
class ScenarioRow:
    """One waiting file with its two controls, and where the money line leaves it."""

    case_file: CaseFile
    choice: forms.BoundField
    amount: forms.BoundField
    is_yes: bool
    is_below: bool
    is_first_below: bool


class ScenarioForm(forms.Form):
    """Every waiting file on one page. `version`: the scenario as it was shown."""

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        case_files: Sequence[CaseFile],
        lines: Mapping[int, ScenarioLine],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case_files = case_files
        for case_file in case_files:
            self._add_fields(case_file, lines.get(case_file.pk))

    def _add_fields(self, case_file: CaseFile, line: ScenarioLine | None) -> None:
        named = {"aria-label": f"Choix, {case_file.reference}"}
        self.fields[f"choice_{case_file.pk}"] = forms.ChoiceField(
            label=f"Choix, {case_file.reference}",
            choices=[_UNDECIDED, *ProvisionalChoice.choices],
            initial=line.choice if line else "",
            required=False,
            widget=forms.Select(named),
        )
        kept = line.amount if line else None
        self.fields[f"amount_{case_file.pk}"] = MoneyField(
            label=f"Montant, {case_file.reference}",
            initial=kept if kept is not None else usual_amount(case_file),
            required=False,
            widget=MoneyInput({"aria-label": f"Montant, {case_file.reference}"}),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for case_file in self.case_files:
            name = f"amount_{case_file.pk}"
            is_yes = cleaned.get(f"choice_{case_file.pk}") == ProvisionalChoice.YES
            if is_yes and name in cleaned and not cleaned[name]:
                self.add_error(name, f"{case_file.reference} : indiquez le montant de ce oui.")
        return cleaned

    @property
    def choices(self) -> dict[int, tuple[ProvisionalChoice | None, Decimal | None]]:
        """Of a valid form, by the file's primary key; the euros of a yes only."""
        chosen = {}
        for case_file in self.case_files:
            typed = self.cleaned_data[f"choice_{case_file.pk}"]
            choice = ProvisionalChoice(typed) if typed else None
            amount = self.cleaned_data[f"amount_{case_file.pk}"]
            chosen[case_file.pk] = (choice, amount if choice == ProvisionalChoice.YES else None)
        return chosen

    def wishes(self) -> list[Decimal | None]:
        """What each file would get as things stand on the page, None for anything but a yes."""
        found: list[Decimal | None] = []
        for case_file in self.case_files:
            choice, amount = (self._now(f"{name}_{case_file.pk}") for name in ("choice", "amount"))
            found.append(amount if choice == ProvisionalChoice.YES else None)
        return found

    def _now(self, name: str) -> Any:
        if self.is_bound:
            return self.cleaned_data.get(name)
        return self.get_initial_for_field(self.fields[name], name)

    def rows(self, below: frozenset[int]) -> Iterator[ScenarioRow]:
        wishes = self.wishes()
        for rank, case_file in enumerate(self.case_files):
            yield ScenarioRow(
                case_file=case_file,
                choice=self[f"choice_{case_file.pk}"],
                amount=self[f"amount_{case_file.pk}"],
                is_yes=wishes[rank] is not None,
                is_below=rank in below,
                is_first_below=bool(below) and rank == min(below),
            )
