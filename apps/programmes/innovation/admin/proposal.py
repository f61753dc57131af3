"""What the guichet settles on a project: a SIRET that it checked itself, what the project gave."""

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
from apps.programmes.innovation.calls import SLUG
from apps.programmes.innovation.identifiers import clean_siret, why_not_siret
from apps.programmes.innovation.models import Indicator, ProposalDetail


class ProposalDetailForm(forms.ModelForm):
    class Meta:
        model = ProposalDetail
        fields = ("siret", "siret_comment", "public_outcome")

    def clean_siret(self) -> str:
        number = clean_siret(self.cleaned_data["siret"])
        if number and (len(number) != 14 or not number.isdecimal()):
            raise forms.ValidationError("Un SIRET compte 14 chiffres.")
        return number

    def clean(self) -> dict[str, Any]:
        """An agent may accept a number whose key is wrong, and says why."""
        cleaned = super().clean() or self.cleaned_data
        number, comment = cleaned.get("siret"), cleaned.get("siret_comment", "").strip()
        if number and why_not_siret(number) and not comment:
            self.add_error(
                "siret_comment",
                "La clé de contrôle de ce SIRET est fausse. Pour l’accepter, dites comment vous "
                "l’avez vérifié.",
            )
        return cleaned


class IndicatorInline(admin.StackedInline):
    """What the project counts; its figures come with its reports. Rights are the project's."""

    model = Indicator
    fields = ("position", "label", "unit", "target")
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._projects.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._projects.has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._projects.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @property
    def _projects(self) -> RoleAdmin:
        projects = self.admin_site.get_model_admin(ProposalDetail)
        assert isinstance(projects, RoleAdmin)  # noqa: S101 - registered below
        return projects


@admin.register(ProposalDetail)
class ProposalDetailAdmin(FileRowsAdmin):
    view_roles = (Role.AUDITOR,)
    change_roles = (Role.CASEWORKER, Role.HEAD)
    programme = SLUG
    form = ProposalDetailForm
    inlines = (IndicatorInline,)
    list_display = ("reference", "organisation", "title", "theme", "siret")
    own_search_fields = ("organisation", "title", "siret")
    ordering = ("-case_file",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProposalDetail]:
        """Of the proposals that this person reads at the desk: a draft is nobody else's."""
        user: Any = request.user
        return ProposalDetail.objects.filter(at_desk(user, "case_file")).select_related(
            "case_file", "theme"
        )

    @admin.display(description="dossier", ordering="case_file__reference")
    def reference(self, detail: ProposalDetail) -> str:
        return detail.case_file.reference

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
