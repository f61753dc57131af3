"""What the head of the programme sets: what a month earns, and what rural means."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from apps.accounts.roles import Role
from apps.casefiles.admin.file_rows import FileRowsAdmin
from apps.casefiles.readers import at_desk
from apps.core.admin import RoleAdmin
from apps.core.forms import MoneyField
from apps.core.money import format_euros
from apps.core.periods import PeriodField
from apps.programmes.internships.amounts import MONTHLY_MAXIMUM, MONTHLY_MINIMUM
from apps.programmes.internships.models import DurationBand, InternshipDetail, RuralRule
from apps.programmes.internships.programme import RuralInternship

_PERIOD_HELP = "Premier jour, puis dernier jour compris s’il y en a un."


class DatedRowAdmin(RoleAdmin):
    """A row is closed and another one made. Nothing is deleted: past answers came from it."""

    view_roles = (Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    change_roles = (Role.HEAD,)
    programme = RuralInternship.slug

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(InternshipDetail)
class InternshipDetailAdmin(FileRowsAdmin):
    """Placements, with who trains the student: the guichet links the register, and only that."""

    view_roles = (Role.AUDITOR,)
    change_roles = (Role.CASEWORKER, Role.HEAD)
    programme = RuralInternship.slug
    fields = ("supervisor",)
    list_display = ("reference", "tutor_name", "commune_name", "starts_on", "ends_on", "supervisor")
    own_search_fields = ("tutor_name", "host_name")
    ordering = ("-case_file",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InternshipDetail]:
        """Of the requests that this person reads at the desk: a draft is nobody else's."""
        user: Any = request.user
        return InternshipDetail.objects.filter(at_desk(user, "case_file")).select_related(
            "case_file__commune", "supervisor"
        )

    @admin.display(description="dossier", ordering="case_file__reference")
    def reference(self, detail: InternshipDetail) -> str:
        return detail.case_file.reference

    @admin.display(description="commune")
    def commune_name(self, detail: InternshipDetail) -> str:
        return str(detail.case_file.commune or "")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class DurationBandForm(forms.ModelForm):
    monthly_amount = MoneyField(
        label="Montant par mois",
        min_value=MONTHLY_MINIMUM,
        max_value=MONTHLY_MAXIMUM,
        error_messages={
            "min_value": "Le montant publié va de 60\u00a0€ à 200\u00a0€ par mois.",
            "max_value": "Le montant publié va de 60\u00a0€ à 200\u00a0€ par mois.",
        },
    )
    valid_during = PeriodField(label="En vigueur", help_text=_PERIOD_HELP)

    class Meta:
        model = DurationBand
        fields = ("from_days", "monthly_amount", "valid_during", "source")


@admin.register(DurationBand)
class DurationBandAdmin(DatedRowAdmin):
    form = DurationBandForm
    list_display = ("from_days", "euros", "in_force", "source")
    fieldsets = (
        (
            None,
            {
                "fields": DurationBandForm.Meta.fields,
                "description": "Une tranche vaut jusqu’à la suivante. Un stage plus court que la "
                "première n’a pas de montant fixé\u00a0: les pages montrent la fourchette publiée. "
                "Une demande déjà reçue garde le montant de son jour.",
            },
        ),
    )

    @admin.display(description="montant par mois", ordering="monthly_amount")
    def euros(self, band: DurationBand) -> str:
        return format_euros(band.monthly_amount)


class RuralRuleForm(forms.ModelForm):
    valid_during = PeriodField(label="En vigueur", help_text=_PERIOD_HELP)

    class Meta:
        model = RuralRule
        fields = ("minimum_density", "is_validated", "valid_during", "source")


@admin.register(RuralRule)
class RuralRuleAdmin(DatedRowAdmin):
    form = RuralRuleForm
    list_display = ("minimum_density", "is_validated", "in_force", "source")
    fieldsets = (
        (
            None,
            {
                "fields": RuralRuleForm.Meta.fields,
                "description": "Le texte du Département ne dit pas ce qu’est une commune rurale. "
                "Tant que la définition n’est pas validée, les pages disent qu’elle est à valider.",
            },
        ),
    )
