"""The register of supervisors, kept by the guichet."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from apps.accounts.roles import Role
from apps.core import clock
from apps.core.admin import RoleAdmin
from apps.core.dates import format_date
from apps.core.periods import PeriodField
from apps.lookups.supervisors.models import Accreditation, Supervisor, SupervisorQuerySet

_SOON = timedelta(days=183)


class AccreditationFilter(admin.SimpleListFilter):
    title = "agrément"
    parameter_name = "agrement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("en-cours", "En cours"),
            ("bientot", "Se termine dans les six mois"),
            ("aucun", "Aucun en cours"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> SupervisorQuerySet:
        today = clock.today()
        accredited = Supervisor.objects.accredited(today).values("pk")
        match self.value():
            case "en-cours":
                return queryset.filter(pk__in=accredited)
            case "bientot":
                later = Supervisor.objects.accredited(today + _SOON).values("pk")
                return queryset.filter(pk__in=accredited).exclude(pk__in=later)
            case "aucun":
                return queryset.exclude(pk__in=accredited)
        return queryset


class AccreditationForm(forms.ModelForm):
    valid_during = PeriodField(
        label="Valable", help_text="Premier jour, puis dernier jour compris s’il y en a un."
    )

    class Meta:
        model = Accreditation
        fields = ("valid_during", "places_per_semester", "source")


class AccreditationFormSet(BaseInlineFormSet):
    """All accreditations of one person are on the page: two of them never overlap.

    The database refuses it too, but Django leaves constraints on the parent aside here.
    """

    def clean(self) -> None:
        super().clean()
        typed = [form for form in self.forms if form.cleaned_data.get("valid_during")]
        typed.sort(key=_first_day)
        for former, latter in pairwise(typed):
            end = former.cleaned_data["valid_during"].upper
            if end is None or end > _first_day(latter):
                latter.add_error("valid_during", "Un agrément existe déjà sur cette période.")


def _first_day(form: forms.ModelForm) -> date:
    day: date = form.cleaned_data["valid_during"].lower
    return day


class AccreditationInline(admin.StackedInline):
    """Rights are those of the register: an accreditation is closed, never deleted."""

    model = Accreditation
    form = AccreditationForm
    formset = AccreditationFormSet
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._register.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._register.has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._register.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @property
    def _register(self) -> RoleAdmin:
        register = self.admin_site.get_model_admin(Supervisor)
        assert isinstance(register, RoleAdmin)  # noqa: S101 - registered below
        return register


class SupervisorForm(forms.ModelForm):
    class Meta:
        model = Supervisor
        fields = (
            *("first_name", "last_name", "profession", "rpps"),
            *("commune", "structure", "email", "phone", "source", "is_fictitious"),
        )

    def clean_rpps(self) -> str:
        return "".join(self.cleaned_data["rpps"].split())


@admin.register(Supervisor)
class SupervisorAdmin(RoleAdmin):
    """Personal data of professionals: for the guichet, never on a public page."""

    view_roles = (Role.ACCOUNTANT, Role.AUDITOR)
    change_roles = (Role.CASEWORKER, Role.HEAD)
    form = SupervisorForm
    inlines = (AccreditationInline,)
    autocomplete_fields = ("commune",)
    list_display = ("full_name", "profession", "commune", "structure", "accredited", "places")
    list_filter = (AccreditationFilter, "profession", "is_fictitious")
    list_select_related = ("commune",)
    searches_people = True
    search_fields = (
        *("last_name__unaccent", "first_name__unaccent", "structure__unaccent"),
        *("rpps", "commune__name__unaccent"),
    )
    search_help_text = "Nom, RPPS, lieu d’exercice ou commune"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Supervisor]:
        return super().get_queryset(request).with_last_accreditation()  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Supervisor, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "rpps" in form.changed_data and obj.rpps_warning:
            messages.warning(request, obj.rpps_warning)

    @admin.display(description="nom", ordering="last_name")
    def full_name(self, supervisor: Supervisor) -> str:
        return supervisor.full_name

    @admin.display(description="dernier agrément")
    def accredited(self, supervisor: Any) -> str:
        period: DateRange | None = supervisor.last_period
        if period is None:
            return "aucun"
        if period.upper is None:
            return f"depuis le {format_date(period.lower)}"
        return f"jusqu’au {format_date(period.upper - timedelta(days=1))}"

    @admin.display(description="places par semestre")
    def places(self, supervisor: Any) -> str:
        return "" if supervisor.last_places is None else str(supervisor.last_places)
