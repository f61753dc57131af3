"""The jury at the desk: its setting up, its ranking, its minutes. Each act has a page of its own.

Every page asks `files_before(user)` for its files: a conflict of interests hides them here too.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from apps.accounts.roles import Role
from apps.core.admin import RoleAdmin
from apps.juries.admin import (
    agreement_views,
    juror_views,
    jury_views,
    money_views,
    ranking_views,
    reading_views,
)
from apps.juries.models import Jury


@admin.register(Jury)
class JuryAdmin(RoleAdmin):
    change_roles = (Role.HEAD,)
    view_roles = (Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Jury]:
        user: Any = request.user  # the admin site has asked who it is
        return Jury.objects.at_desk_of(user)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        pages = (
            ("reglages/", jury_views.settings, "settings"),
            ("phases/", jury_views.phases, "phases"),
            ("jures/ajouter/", juror_views.invite, "invite"),
            ("jures/<int:juror_pk>/", juror_views.change, "juror"),
            ("jures/<int:juror_pk>/relancer/", juror_views.remind, "remind"),
            ("jures/<int:juror_pk>/retirer/", juror_views.remove, "remove_juror"),
            ("lectures/tirage/", reading_views.draw_lots, "draw"),
            ("lectures/import/", reading_views.import_sheet, "import"),
            ("lectures/ajouter/", reading_views.ask, "ask"),
            ("lectures/<int:assignment_pk>/retirer/", reading_views.withdraw, "withdraw"),
            ("classement/", ranking_views.ranking, "ranking"),
            ("classement.csv", ranking_views.export, "export"),
            ("dossiers/<int:file_pk>/", ranking_views.file, "file"),
            ("scenarios/nouveau/", money_views.start, "start_line"),
            ("scenarios/<int:scenario_pk>/", money_views.show, "line"),
            ("scenarios/<int:scenario_pk>/ordre/", money_views.move, "move"),
            ("scenarios/<int:scenario_pk>/dossiers/<int:file_pk>/", money_views.place, "place"),
            ("scenarios/<int:scenario_pk>/a-jour/", money_views.refresh, "refresh"),
            ("scenarios/<int:scenario_pk>/supprimer/", money_views.delete, "delete_line"),
            ("scenarios/<int:scenario_pk>/arreter/", agreement_views.agree, "agree"),
            ("arrete/", agreement_views.show, "agreed"),
            ("arrete/rouvrir/", agreement_views.cancel, "cancel"),
            ("arrete/commission/", agreement_views.send, "send"),
            ("arrete/proces-verbal/", agreement_views.minutes, "minutes"),
        )
        own = [
            path(f"<int:pk>/{end}", wrap(view), name=f"juries_jury_{name}")
            for end, view, name in pages
        ]
        set_up = path("campagnes/<int:pk>/", wrap(jury_views.set_up), name="juries_jury_set_up")
        return [set_up, *own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """From its campaign, on the list (jury_views.set_up)."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return jury_views.index(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return jury_views.show(request, int(object_id))
