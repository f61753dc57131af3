"""The guichet unique's admin site."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject

from apps.core.dashboard import figures_for

# Main menu: label, and the list that it opens. Whoever may not see a list is not shown its link.
_NAVIGATION = (
    ("Dossiers", "casefiles", "casefile"),
    ("Jurys", "juries", "jury"),
    ("Commissions", "awards", "session"),
    ("Enveloppes", "awards", "envelope"),
    ("Versements", "awards", "instalment"),
    ("Logements", "housing", "offer"),
    ("Lieux de soins", "care_places", "place"),
    ("Données publiques", "same_day_lines", "line"),
)


class BackofficeSite(AdminSite):
    site_header = "Guichet unique"
    site_title = "Guichet unique, Orléans Santé"
    index_title = "Guichet unique"
    enable_nav_sidebar = False

    def get_urls(self) -> list[Any]:
        """With the page of what the nightly comparison found."""
        from apps.backoffice.contradictions import (  # noqa: PLC0415 - models are ready by now
            show_contradictions,
        )

        page = path("controle/", self.admin_view(show_contradictions), name="contradictions")
        return [page, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds `desk_nav`, the main menu's entries for this person: label and url.

        The list of every model is only made where a template asks for it (the first page).
        """
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "has_permission": self.has_permission(request),
            "available_apps": SimpleLazyObject(lambda: self.get_app_list(request)),
            "is_popup": False,
            "is_nav_sidebar_enabled": False,
            "desk_nav": [
                {"label": label, "url": reverse(f"{self.name}:{app}_{model}_changelist")}
                for label, app, model in _NAVIGATION
                if self._may_see(request, app, model)
            ],
        }

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """What waits for this person, in plain numbers, then everything that they may open."""
        figures = {group.label: lines for group, lines in figures_for(request.user).items()}
        return super().index(request, {"figures": figures} | (extra_context or {}))

    def _may_see(self, request: HttpRequest, app: str, model: str) -> bool:
        found = apps.all_models[app].get(model)
        model_admin = self._registry.get(found) if found else None
        return model_admin is not None and model_admin.has_view_permission(request)
