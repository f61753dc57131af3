"""Staff keep the numbers right: who verified when, what replaced what, which commune calls whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import clock
from apps.lookups.same_day_lines.models import Coverage, Line, LineQuerySet
from apps.lookups.same_day_lines.verification import supersede_lines, verify_lines
from apps.territory.admin import PublicDataAdmin, search_by_commune


class ToVerifyFilter(admin.SimpleListFilter):
    title = "vérification"
    parameter_name = "a_reverifier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "À revérifier (jamais, ou depuis 90 jours)")]

    def queryset(self, request: HttpRequest, queryset: Any) -> LineQuerySet:
        return queryset.to_verify(clock.today()) if self.value() == "oui" else queryset


@admin.register(Line)
class LineAdmin(PublicDataAdmin):
    list_display = ("name", "phone", "verified_on", "verified_by", "superseded_by", "communes")
    list_filter = (ToVerifyFilter, "is_department_wide", "edited_by_staff")
    list_select_related = ("verified_by", "superseded_by")
    search_fields = ("name", "phone", "phone_dialled")
    readonly_fields = ("verified_on", "verified_by")
    actions = ("verify_today", "supersede_by_department_line")
    fieldsets = (
        (None, {"fields": ("name", "slug", "phone", "phone_dialled", "is_department_wide")}),
        ("Horaires", {"fields": ("opening_hours", "hours_note")}),
        ("À quoi sert la ligne", {"fields": ("for_whom", "not_for", "cost_note")}),
        (
            "Source et vérification",
            {"fields": ("source", "source_date", "verified_on", "verified_by", "edited_by_staff")},
        ),
        ("En service", {"fields": ("valid_from", "valid_to", "superseded_by")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Line]:
        return super().get_queryset(request).annotate(commune_count=Count("coverages"))

    @admin.display(description="communes", ordering="commune_count")
    def communes(self, line: Any) -> SafeString:
        address = reverse("admin:same_day_lines_coverage_changelist")
        return format_html(
            '<a href="{}?line__id__exact={}">{}</a>', address, line.pk, line.commune_count
        )

    @admin.action(description="Vérifié aujourd’hui : le numéro répond", permissions=("change",))
    def verify_today(self, request: HttpRequest, lines: LineQuerySet) -> None:
        user: Any = request.user
        count = verify_lines(lines=_plain(lines), by=user, on=clock.today())
        messages.success(request, f"{count} ligne(s) vérifiée(s) aujourd’hui par {user}.")

    @admin.action(description="Remplacées par la ligne de tout le Loiret", permissions=("change",))
    def supersede_by_department_line(self, request: HttpRequest, lines: LineQuerySet) -> None:
        successors = Line.objects.in_force(clock.today()).filter(is_department_wide=True)
        if len(successors) != 1:
            messages.error(
                request,
                "Il faut une seule ligne en service pour tout le Loiret. "
                "Choisissez la remplaçante sur la fiche de chaque ligne.",
            )
            return
        count = supersede_lines(lines=_plain(lines), by_line=successors[0])
        messages.success(request, f"{count} ligne(s) remplacée(s) par {successors[0]}.")


class CoverageForm(forms.ModelForm):
    class Meta:
        model = Coverage
        fields = ("commune", "line", "confidence", "candidates", "evidence", "edited_by_staff")
        widgets = {"candidates": forms.CheckboxSelectMultiple}  # noqa: RUF012 - Django's name


@admin.register(Coverage)
class CoverageAdmin(PublicDataAdmin):
    form = CoverageForm
    autocomplete_fields = ("commune",)
    list_display = ("commune", "line", "confidence", "edited_by_staff")
    list_filter = ("confidence", "line", "edited_by_staff")
    list_select_related = ("commune", "line")
    search_fields = ("commune__search_key",)
    search_help_text = "Nom, code postal ou code INSEE de la commune"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Coverage], search_term: str
    ) -> tuple[QuerySet[Coverage], bool]:
        return search_by_commune(queryset, search_term, "commune"), False


def _plain(lines: LineQuerySet) -> LineQuerySet:
    """Without the counts that the list adds, which an update does not take."""
    return Line.objects.filter(pk__in=lines.values("pk"))
