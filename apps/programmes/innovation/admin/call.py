"""Staff write a year's call here: its words, dates, themes and questions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from apps.accounts.roles import Role
from apps.core import clock
from apps.core.admin import RoleAdmin
from apps.core.dates import format_datetime
from apps.files.storage import store_upload
from apps.programmes.innovation.admin import call_views
from apps.programmes.innovation.call_forms import CallForm, QuestionForm
from apps.programmes.innovation.calls import SLUG, keep_campaign
from apps.programmes.innovation.models import Call, Question, Theme


class CallRowInline(admin.StackedInline):
    """Rights are those of the call."""

    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._calls.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._calls.has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._calls.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._calls.has_change_permission(request)

    @property
    def _calls(self) -> RoleAdmin:
        calls = self.admin_site.get_model_admin(Call)
        assert isinstance(calls, RoleAdmin)  # noqa: S101 - registered below
        return calls


class ThemeInline(CallRowInline):
    model = Theme
    fields = ("position", "label", "description")


class QuestionInline(CallRowInline):
    model = Question
    form = QuestionForm
    verbose_name_plural = (
        "questions (une demande déjà commencée garde la version publiée à son début)"
    )


@admin.register(Call)
class CallAdmin(RoleAdmin):
    """The head of the programme writes; what is published is published by a page of its own."""

    view_roles = (Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    change_roles = (Role.HEAD,)
    programme = SLUG
    form = CallForm
    inlines = (ThemeInline, QuestionInline)
    list_display = ("__str__", "phase_label", "opens", "closes", "is_published")
    fieldsets = (
        (None, {"fields": ("year", "presentation", "perimeter", "is_fictitious")}),
        (
            "Calendrier",
            {
                "fields": (
                    *("opens_on", "opens_hour", "closes_on", "closes_hour"),
                    *("grace_seconds", "jury_on", "announced_on"),
                ),
                "description": "Heures de Paris. L’heure de fermeture est comptée à la seconde.",
            },
        ),
        ("Montant", {"fields": ("largest_amount", "balance_percent")}),
        ("Règlement", {"fields": ("rules", "rules_upload")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return super().get_queryset(request).select_related("campaign", "rules_file")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/apercu/", wrap(call_views.preview), name="innovation_call_preview"),
            path("<int:pk>/reglement/", wrap(call_views.rules), name="innovation_call_rules"),
            path("<int:pk>/publier/", wrap(call_views.publish), name="innovation_call_publish"),
            path("<int:pk>/copier/", wrap(call_views.copy), name="innovation_call_copy"),
            *super().get_urls(),
        ]

    @admin.display(description="état")
    def phase_label(self, call: Call) -> str:
        return call.phase(clock.now()).label

    @admin.display(description="ouvre le", ordering="opens_at")
    def opens(self, call: Call) -> str:
        return format_datetime(call.opens_at)

    @admin.display(description="ferme le", ordering="closes_at")
    def closes(self, call: Call) -> str:
        return format_datetime(call.closes_at)

    @admin.display(description="publié", boolean=True)
    def is_published(self, call: Call) -> bool:
        return call.is_published

    def save_model(self, request: HttpRequest, obj: Call, form: Any, change: bool) -> None:
        """The campaign follows the call's days; a new file of rules replaces the former one."""
        user: Any = request.user
        if upload := form.cleaned_data.get("rules_upload"):
            obj.rules_file = store_upload(upload, uploaded_by=user, at=clock.now())
        keep_campaign(obj)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What was published stays; one that was not is written again."""
        return False
