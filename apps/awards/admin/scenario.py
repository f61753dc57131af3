"""Scenarios in the admin: only a head sees theirs, and each act has a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from apps.accounts.roles import Role
from apps.awards.admin import scenario_views
from apps.awards.admin.pages import person
from apps.awards.models import Scenario
from apps.core.admin import RoleAdmin


@admin.register(Scenario)
class ScenarioAdmin(RoleAdmin):
    change_roles = (Role.HEAD,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Scenario]:
        return Scenario.objects.of(person(request))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("comparer/", wrap(scenario_views.compare), name="awards_scenario_compare"),
            path("<int:pk>/copier/", wrap(scenario_views.copy), name="awards_scenario_copy"),
            path("<int:pk>/supprimer/", wrap(scenario_views.delete), name="awards_scenario_remove"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """By its own page (scenario_views.delete)."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return scenario_views.index(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return scenario_views.add(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return scenario_views.show(request, int(object_id))
