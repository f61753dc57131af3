"""What the head of the programme sets: which zones open the aid to which profession."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.accounts.roles import Role
from apps.core.admin import RoleAdmin
from apps.core.periods import PeriodField
from apps.programmes.installation.eligibility import EXCLUDED_ZONES
from apps.programmes.installation.models import ZoneRule
from apps.programmes.installation.programme import InstallationAid
from apps.territory.models import ZoneClass


class ZoneRuleForm(forms.ModelForm):
    zones = forms.MultipleChoiceField(
        label="Zones aidées", choices=ZoneClass.choices, widget=forms.CheckboxSelectMultiple
    )
    valid_during = PeriodField(
        label="En vigueur", help_text="Premier jour, puis dernier jour compris s’il y en a un."
    )

    class Meta:
        model = ZoneRule
        fields = ("profession", "zones", "valid_during", "source")


@admin.register(ZoneRule)
class ZoneRuleAdmin(RoleAdmin):
    """A rule is closed and another one made: files keep the zone of their day, not the rule's.

    Nothing is deleted: past answers were given from it.
    """

    view_roles = (Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    change_roles = (Role.HEAD,)
    programme = InstallationAid.slug
    form = ZoneRuleForm
    list_display = ("profession", "zone_labels", "in_force", "source")
    list_filter = ("profession",)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        excluded = ", ".join(
            str(ZoneClass(value).label) for value in ZoneClass.values if value in EXCLUDED_ZONES
        )
        words = (
            "Sans règle pour une profession, toutes les zones ouvrent l’aide, sauf : "
            f"{excluded}. Une demande déjà reçue garde la zone de son jour."
        )
        return ((None, {"fields": ZoneRuleForm.Meta.fields, "description": words}),)

    @admin.display(description="zones aidées")
    def zone_labels(self, rule: ZoneRule) -> str:
        return ", ".join(str(ZoneClass(value).label) for value in rule.zones)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
