"""What heads set for each programme: rates, pieces, campaigns. Each keeps its history."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.accounts.roles import Role
from apps.casefiles.admin.filters import ProgrammeFilter
from apps.casefiles.models import Campaign, DocumentKind, Rate
from apps.casefiles.programmes import programmes
from apps.core.admin import RoleAdmin
from apps.core.money import format_euros
from apps.core.periods import PeriodField


class ProgrammeRowsAdmin(RoleAdmin):
    """Rows of one programme: its head changes them, its agents read them.

    A row never changes programme: it is closed, and another one made.
    """

    view_roles = (Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    change_roles = (Role.HEAD,)
    programme_field = "programme"
    list_filter: ClassVar[tuple[Any, ...]] = (ProgrammeFilter,)

    @admin.display(description="dispositif", ordering="programme")
    def programme_label(self, row: Any) -> str:
        return programmes[row.programme].label

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The programme is one of those that this person heads."""
        if db_field.name != "programme":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        user: Any = request.user
        scope = None if user.is_superuser else user.programmes_for(Role.HEAD)
        headed = [row for row in programmes.choices() if scope is None or row[0] in scope]
        return forms.ChoiceField(label="Dispositif", choices=headed)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else ("programme", *fixed)


class RateForm(forms.ModelForm):
    valid_during = PeriodField(
        label="En vigueur", help_text="Premier jour, puis dernier jour compris s’il y en a un."
    )

    class Meta:
        model = Rate
        fields = ("programme", "code", "label", "amount", "valid_during", "source")


@admin.register(Rate)
class RateAdmin(ProgrammeRowsAdmin):
    """A new amount is a new row from its first day on; the former one is closed the day before.
    Decisions already taken keep the amount of their day."""

    form = RateForm
    list_display = ("label", "programme_label", "euros", "in_force", "source")
    search_fields = ("label", "code")
    fieldsets = (
        (
            None,
            {
                "fields": RateForm.Meta.fields,
                "description": "Pour un nouveau montant : fermez la période en cours, puis "
                "ajoutez un barème. Une demande déjà reçue garde le montant de son jour. "
                "Un barème cité par un dossier ne se supprime pas.",
            },
        ),
    )

    @admin.display(description="montant", ordering="amount")
    def euros(self, rate: Rate) -> str:
        return format_euros(rate.amount)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else (*fixed, "code")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never while a file's computation or a decision cites it: its explanation would hang in
        the air. Lists offer no deletion either."""
        if not isinstance(obj, Rate) or obj.is_cited():
            return False
        return super().has_delete_permission(request, obj)


@admin.register(DocumentKind)
class DocumentKindAdmin(ProgrammeRowsAdmin):
    """A piece is no longer asked: untick it. Deleting one that somebody sent is refused."""

    list_display = (
        *("label", "programme_label", "is_required", "is_indispensable", "is_active", "position"),
    )
    list_filter = (ProgrammeFilter, "is_active", "is_indispensable")
    search_fields = ("label", "slug")
    fieldsets = (
        (None, {"fields": ("programme", "slug", "label", "help_text", "example")}),
        (
            "Quand elle est demandée",
            {"fields": ("condition", "is_required", "is_indispensable", "is_active", "position")},
        ),
        ("D’où vient cette règle", {"fields": ("source",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Past requests for corrections name the piece by its slug, the programme its condition."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else (*fixed, "slug", "condition")


@admin.register(Campaign)
class CampaignAdmin(ProgrammeRowsAdmin):
    list_display = ("label", "programme_label", "opens_on", "closes_on")
