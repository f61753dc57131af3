"""Aids that do not go together: the table that heads keep, and what they let pass."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from apps.accounts.roles import Role
from apps.awards.admin import incompatibility_views
from apps.awards.models import Incompatibility, IncompatibilityOverride
from apps.casefiles.admin.file_rows import FileRowsAdmin
from apps.casefiles.admin.reference import ProgrammeRowsAdmin
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.core import clock
from apps.core.dates import format_date
from apps.core.periods import PeriodField

_TWO_AIDS = ("programme", "with_programme", "with_aid", "only_while_overlapping")


class IncompatibilityForm(forms.ModelForm):
    valid_during = PeriodField(
        label="En vigueur", help_text="Premier jour, puis dernier jour compris s’il y en a un."
    )

    class Meta:
        model = Incompatibility
        fields = (*_TWO_AIDS, "valid_during", "source")


@admin.register(Incompatibility)
class IncompatibilityAdmin(ProgrammeRowsAdmin):
    """A rule is closed and another one made; nothing is deleted: files were refused by it."""

    form = IncompatibilityForm
    list_display = ("__str__", "only_while_overlapping", "in_force", "source")
    fieldsets = (
        (
            None,
            {
                "fields": IncompatibilityForm.Meta.fields,
                "description": "Choisissez un autre dispositif, ou une aide d’ailleurs. Entre deux "
                "dispositifs, la règle vaut dans les deux sens. Le jour de la demande compte : "
                "pour changer de règle, fermez la période et ajoutez une règle.",
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "with_programme":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        choices = [("", "Aucun"), *programmes.choices()]
        return forms.ChoiceField(label="Autre dispositif", choices=choices, required=False)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return _TWO_AIDS if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(IncompatibilityOverride)
class IncompatibilityOverrideAdmin(FileRowsAdmin):
    """Read-only: each is made on the page of its file, once."""

    view_roles = (Role.HEAD, Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    actions = None
    list_display = ("case_file", "rule", "reason", "by", "day")
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncompatibilityOverride]:
        user: Any = request.user
        return (
            IncompatibilityOverride.objects.filter(case_file__in=CaseFile.objects.at_desk_of(user))
            .select_related("case_file", "incompatibility", "by")
            .order_by("-at", "-pk")
        )

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:pk>/<int:rule_pk>/",
            self.admin_site.admin_view(incompatibility_views.allow),
            name="awards_incompatibility_allow",
        )
        return [page, *super().get_urls()]

    @admin.display(description="règle levée")
    def rule(self, override: IncompatibilityOverride) -> str:
        return str(override.incompatibility)

    @admin.display(description="le", ordering="at")
    def day(self, override: IncompatibilityOverride) -> str:
        return format_date(clock.paris_date(override.at))
