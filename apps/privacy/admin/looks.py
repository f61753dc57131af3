"""« Consultations »: who opened what, for the auditor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile, FileLook
from apps.core.admin import RoleAdmin
from apps.privacy.admin.pages import draw, person
from apps.privacy.looks import looks

_READERS = (Role.HEAD, Role.AUDITOR)
_PER_PAGE = 50
WORDS = {
    "page": "Page du dossier",
    "search": "Recherche",
    "export": "Export",
    "piece": "Pièce",
    "paper": "Justificatif",
    "account": "Coordonnées bancaires",
}


class LooksForm(forms.Form):
    personne = forms.CharField(
        label="Agent (nom ou adresse e-mail)", required=False, max_length=150
    )
    dossier = forms.CharField(label="Référence du dossier", required=False, max_length=20)


@require_safe
def show_looks(request: HttpRequest) -> HttpResponse:
    if reason := why_not_role(person(request), *_READERS):
        raise PermissionDenied(reason)
    form = LooksForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    found = looks(
        reader=person(request),
        person=values.get("personne", ""),
        reference=values.get("dossier", ""),
    )
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    rows = [{**look, "what": WORDS.get(look["what"], look["what"])} for look in page]
    context = {"title": "Consultations", "form": form, "page_obj": page, "rows": rows}
    return draw(request, "looks.html", context)


@admin.register(FileLook)
class FileLookAdmin(RoleAdmin):
    """Its list gathers the records of all tables."""

    view_roles = _READERS

    def get_queryset(self, request: HttpRequest) -> QuerySet[FileLook]:
        readable = CaseFile.objects.at_desk_of(person(request))
        return FileLook.objects.filter(case_file__in=readable)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return show_looks(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
