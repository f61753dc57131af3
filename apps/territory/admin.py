"""Communes to read, zones to keep up to date."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from apps.core.admin import RoleAdmin
from apps.core.periods import PeriodField
from apps.territory.models import Commune, Epci, Zone
from apps.territory.search import communes_answering

SEARCH_LIMIT = 400  # more than there are communes


class PublicDataAdmin(RoleAdmin):
    """Data that every agent reads, and that editors and heads keep up to date.

    Rows are closed or replaced, never deleted: past answers were given from them.
    """

    # Values of accounts.roles.Role, a sibling of this app.
    view_roles: ClassVar[tuple[str, ...]] = (
        "caseworker",
        "committee_member",
        "accountant",
        "auditor",
    )
    change_roles: ClassVar[tuple[str, ...]] = ("editor", "head")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What staff write stands: loading the files leaves the row alone from now on."""
        if set(form.changed_data) - {"edited_by_staff"} and hasattr(obj, "edited_by_staff"):
            obj.edited_by_staff = True
        super().save_model(request, obj, form, change)


class PublicPlaceAdmin(PublicDataAdmin):
    """Public data that stands somewhere."""

    autocomplete_fields = ("commune",)
    list_select_related = ("commune",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By name or number, else by commune as people search on the portal."""
        found, duplicated = super().get_search_results(request, queryset, search_term)
        if search_term and not found.exists() and communes_answering(search_term, 1):
            return search_by_commune(queryset, search_term, "commune"), False
        return found, duplicated


class LoadedDataAdmin(PublicDataAdmin):
    """Rows that only load_territory writes."""

    view_roles = (*PublicDataAdmin.view_roles, *PublicDataAdmin.change_roles)
    change_roles = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Epci)
class EpciAdmin(LoadedDataAdmin):
    list_display = ("name", "kind", "siren")
    search_fields = ("name",)


@admin.register(Commune)
class CommuneAdmin(LoadedDataAdmin):
    list_display = ("name", "insee_code", "codes", "epci", "population", "density")
    list_filter = ("density", "epci")
    list_select_related = ("epci",)
    search_fields = ("search_key",)
    search_help_text = "Nom, code postal ou code INSEE"

    @admin.display(description="codes postaux")
    def codes(self, commune: Commune) -> str:
        return ", ".join(commune.postcodes)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Commune], search_term: str
    ) -> tuple[QuerySet[Commune], bool]:
        """As people search on the portal: accents, « St » and articles do not matter."""
        return search_by_commune(queryset, search_term, "pk"), False


class ZoneForm(forms.ModelForm):
    valid_during = PeriodField(
        label="En vigueur", help_text="Premier jour, puis dernier jour compris s’il y en a un."
    )

    class Meta:
        model = Zone
        fields = ("commune", "zoning", "zone_class", "valid_during", "source", "source_date")


@admin.register(Zone)
class ZoneAdmin(PublicDataAdmin):
    form = ZoneForm
    fields = (*ZoneForm.Meta.fields, "edited_by_staff")
    autocomplete_fields = ("commune",)
    list_display = ("commune", "zoning", "zone_class", "valid_from", "edited_by_staff")
    list_filter = ("zoning", "zone_class", "edited_by_staff")
    list_select_related = ("commune",)
    search_fields = ("commune__search_key",)
    search_help_text = "Nom, code postal ou code INSEE de la commune"

    @admin.display(description="depuis le", ordering="valid_during")
    def valid_from(self, zone: Zone) -> Any:
        return zone.valid_from

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Zone], search_term: str
    ) -> tuple[QuerySet[Zone], bool]:
        return search_by_commune(queryset, search_term, "commune"), False


def search_by_commune(queryset: QuerySet[Any], typed: str, path: str) -> QuerySet[Any]:
    """The rows whose commune, reached by `path`, answers what was typed."""
    if not typed.strip():
        return queryset
    found = [commune.pk for commune in communes_answering(typed, SEARCH_LIMIT)]
    return queryset.filter(**{f"{path}__in": found})
