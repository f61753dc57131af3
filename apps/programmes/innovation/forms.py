"""The pages of a proposal, one ModelForm each; the call's own questions have a page too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import Model

from apps.casefiles.models import CaseFile
from apps.casefiles.task_list import Task
from apps.core.forms import CountedTextarea, YesNoField
from apps.programmes.innovation.amount_table import AmountRows, AmountTableField, TablePart
from apps.programmes.innovation.budget import imbalances
from apps.programmes.innovation.choices import (
    BOUND_BY_CONTRACT,
    LONGEST,
    BudgetSide,
    OwnerKind,
)
from apps.programmes.innovation.identifiers import (
    clean_rna,
    clean_siret,
    why_not_rna,
    why_not_siret,
)
from apps.programmes.innovation.models import BudgetLine, ProposalDetail, Theme
from apps.programmes.innovation.question_form import question_form

EXPENSES, FUNDING, ASKED = BudgetSide.EXPENSE.value, BudgetSide.FUNDING.value, "aide"
BUDGET_PARTS = (
    TablePart(key=EXPENSES, title="Dépenses", row_label="Dépense", rows=8),
    TablePart(
        key=FUNDING,
        title="Autres financements, avec votre part",
        row_label="Financement",
        rows=6,
    ),
    TablePart(
        key=ASKED,
        title="Aide demandée au Département",
        row_label="Aide",
        rows=1,
        named="Aide demandée",
    ),
)


class ProposalForm(forms.ModelForm):
    """Writes its own columns only: two people may fill two pages at the same time."""

    def save(self, commit: bool = True) -> ProposalDetail:
        detail: ProposalDetail = super().save(commit=False)
        if commit:
            detail.save(update_fields=list(self.fields))
        return detail


class OrganisationForm(ProposalForm):
    owner_kind = forms.ChoiceField(
        label="Qui porte le projet ?", choices=OwnerKind.choices, widget=forms.RadioSelect
    )
    siret = forms.CharField(
        label="SIRET",
        help_text="14 chiffres, sur l’avis de situation de l’Insee.",
        max_length=20,
        widget=forms.TextInput({"class": "w20 num", "inputmode": "numeric"}),
    )
    rna = forms.CharField(
        label="Numéro RNA",
        help_text="Pour une association : W suivi de neuf chiffres, sur le récépissé de la "
        "préfecture.",
        max_length=14,
        required=False,
        widget=forms.TextInput({"class": "w10"}),
    )

    class Meta:
        model = ProposalDetail
        fields = ("owner_kind", "organisation", "siret", "rna")

    def clean_siret(self) -> str:
        """A number that the guichet has accepted stays so, until it is changed."""
        number = clean_siret(self.cleaned_data["siret"])
        is_accepted = self.instance.siret_comment and number == self.instance.siret
        if number and not is_accepted and (reason := why_not_siret(number)):
            raise forms.ValidationError(reason)
        return number

    def clean_rna(self) -> str:
        number = clean_rna(self.cleaned_data["rna"])
        if number and (reason := why_not_rna(number)):
            raise forms.ValidationError(reason)
        return number


class ContactsForm(ProposalForm):
    class Meta:
        model = ProposalDetail
        fields = ("legal_name", "legal_role", "contact_name", "contact_email", "contact_phone")
        labels: ClassVar = {
            "legal_name": "Prénom et nom du représentant légal",
            "legal_role": "Sa fonction",
            "contact_name": "Prénom et nom de la personne à contacter",
            "contact_email": "Son adresse e-mail",
            "contact_phone": "Son téléphone",
        }
        help_texts: ClassVar = {
            "legal_name": "La personne qui signera la convention.",
            "legal_role": "Par exemple présidente, maire ou gérant.",
        }


class ProjectForm(ProposalForm):
    title = forms.CharField(label="Titre du projet", max_length=120)
    theme = forms.ModelChoiceField(
        label="Thème",
        queryset=Theme.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    summary = forms.CharField(
        label="Résumé",
        help_text="Le besoin, ce que vous ferez, pour qui. Sans donnée de santé sur une personne.",
        max_length=1500,
        widget=CountedTextarea({"rows": 8}),
    )
    place = forms.CharField(
        label="Où se déroule le projet ?",
        help_text="Les communes ou les quartiers.",
        max_length=200,
    )
    serves_loiret = YesNoField(label="Le projet sert-il les habitants du Loiret ?")

    class Meta:
        model = ProposalDetail
        fields = ("title", "theme", "summary", "place", "serves_loiret")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["theme"]
        field.queryset = Theme.objects.filter(call=self.instance.case_file.campaign_id)


class BudgetForm(ProposalForm):
    duration_years = forms.TypedChoiceField(
        label="Combien d’années dure le projet ?",
        choices=[(years, f"{years} an{'s' if years > 1 else ''}") for years in (1, 2, 3)],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect({"class": "inline"}),
    )
    budget = AmountTableField(
        label="Budget",
        help_text="En euros, année par année. Chaque année, les dépenses sont égales aux "
        "financements et à l’aide demandée.",
        parts=BUDGET_PARTS,
    )

    class Meta:
        model = ProposalDetail
        fields = ("duration_years",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if budget := self.instance.budget:
            asked = self.instance.asked_row
            self.initial["budget"] = {
                EXPENSES: budget.expenses,
                FUNDING: budget.funding,
                ASKED: (asked,) if asked else (),
            }

    @property
    def warnings(self) -> dict[str, str]:
        """What does not add up: it is saved all the same, and keeps from being sent."""
        budget = self.instance.budget
        return {"budget": " ".join(imbalances(budget))} if budget and imbalances(budget) else {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        rows: AmountRows | None = cleaned.get("budget")
        years = cleaned.get("duration_years") or LONGEST
        if rows and any(any(row.amounts[years:]) for part in rows.values() for row in part):
            self.add_error(
                "budget" if "budget" in self.fields else None,
                f"Le projet dure {years} an{'s' if years > 1 else ''} : laissez vides les années "
                "qui suivent.",
            )
        return cleaned

    def save(self, commit: bool = True) -> ProposalDetail:
        """The lines as they are now: those of before are replaced."""
        detail = self.instance
        if "budget" in self.fields:
            rows: AmountRows = self.cleaned_data["budget"] or {}
            asked = rows[ASKED][0].amounts if rows.get(ASKED) else (Decimal(0),) * LONGEST
            # Zero is nothing asked, and a year that the project does not last has no answer.
            detail.asked_1, detail.asked_2, detail.asked_3 = (value or None for value in asked)
            replace_lines(detail, rows)
        detail = super().save(commit=False)
        detail.save(update_fields=["duration_years", "asked_1", "asked_2", "asked_3"])
        return detail


def replace_lines(detail: ProposalDetail, rows: AmountRows) -> None:
    """Expenses and other funding of a budget, in place of what was there."""
    detail.budget_lines.all().delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(
            proposal=detail,
            side=side,
            position=position,
            label=row.label,
            year_1=row.amounts[0],
            year_2=row.amounts[1],
            year_3=row.amounts[2],
        )
        for side in (EXPENSES, FUNDING)
        for position, row in enumerate(rows.get(side, ()))
    )
    # What was read with the row is no longer true.
    getattr(detail, "_prefetched_objects_cache", {}).pop("budget_lines", None)


class ContractForm(ProposalForm):
    has_contract = YesNoField(
        label="L’association a-t-elle souscrit le contrat d’engagement républicain ?",
        help_text="La loi le demande à toute association qui reçoit une subvention. Pour une CPTS "
        "aussi, si elle est une association.",
    )

    class Meta:
        model = ProposalDetail
        fields = ("has_contract",)


def _detail(case_file: CaseFile) -> ProposalDetail:
    detail: ProposalDetail = case_file.innovation_detail
    detail.case_file = case_file  # one object for the row: what a page saves, the next one reads
    return detail


def _required_organisation(instance: Model) -> Sequence[str]:
    is_association = getattr(instance, "owner_kind", "") == OwnerKind.ASSOCIATION
    return ("owner_kind", "organisation", "siret", *(("rna",) if is_association else ()))


def _always(*names: str) -> Callable[[Model], Sequence[str]]:
    return lambda instance: names


_FIRST = (
    Task(
        slug="organisme",
        label="Votre organisme",
        form_class=OrganisationForm,
        get_instance=_detail,
        required=_required_organisation,
    ),
    Task(
        slug="contacts",
        label="Les personnes à contacter",
        form_class=ContactsForm,
        get_instance=_detail,
        required=_always("legal_name", "legal_role", "contact_name", "contact_email"),
    ),
    Task(
        slug="projet",
        label="Votre projet",
        form_class=ProjectForm,
        get_instance=_detail,
        required=_always("title", "theme", "summary", "place", "serves_loiret"),
    ),
)
_BUDGET = Task(
    slug="budget",
    label="Votre budget",
    form_class=BudgetForm,
    get_instance=_detail,
    required=_always("duration_years", "budget"),
)
_CONTRACT = Task(
    slug="engagement",
    label="Contrat d’engagement républicain",
    form_class=ContractForm,
    get_instance=_detail,
    required=_always("has_contract"),
)


def tasks_of(case_file: CaseFile) -> tuple[Task, ...]:
    """The pages of this proposal: its version of the questions, and what its owner must say."""
    detail = case_file.innovation_detail
    tasks: list[Task] = [*_FIRST]
    if detail.question_set and detail.question_set.facts:
        facts = detail.question_set.facts
        tasks.append(
            Task(
                slug="questions",
                label="Les questions de l’appel",
                form_class=question_form(facts),
                get_instance=lambda file: _detail(file).with_answers(),
                required=_always(*(fact.name for fact in facts if fact.is_required)),
            )
        )
    tasks.append(_BUDGET)
    if needs_contract(detail):
        tasks.append(_CONTRACT)
    return tuple(tasks)


def needs_contract(detail: ProposalDetail) -> bool:
    """Asked until it is known that the owner is no association."""
    return not detail.owner_kind or detail.owner_kind in BOUND_BY_CONTRACT
