"""The guichet unique's admin site."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

# Main menu: label, and the list that it opens. Whoever may not see a list is not shown its link.
_NAVIGATION = (
    ("Dossiers", "casefiles", "casefile"),
    ("Commissions", "awards", "session"),
    ("Versements", "awards", "payment"),
    ("Données publiques", "same_day_lines", "line"),
)


class BackofficeSite(AdminSite):
    site_header = "Guichet unique"
    site_title = "Guichet unique, Orléans Santé"
    index_title = "Guichet unique"
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds `desk_nav`, the main menu's entries for this person: label and url."""
        return super().each_context(request) | {
            "desk_nav": [
                {"label": label, "url": reverse(f"{self.name}:{app}_{model}_changelist")}
                for label, app, model in _NAVIGATION
                if self._may_see(request, app, model)
            ]
        }

    def _may_see(self, request: HttpRequest, app: str, model: str) -> bool:
        found = apps.all_models[app].get(model)
        model_admin = self._registry.get(found) if found else None
        return model_admin is not None and model_admin.has_view_permission(request)
