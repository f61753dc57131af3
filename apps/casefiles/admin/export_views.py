"""The list of the worklist, with its filters, as a sheet to download."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.casefiles.admin.pages import person
from apps.casefiles.exports import sheet_rows
from apps.casefiles.looks import record_export
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_export
from apps.core import sheets
from apps.core.throttles import limited


def _described(worklist: Any) -> str:
    """« Dossiers (État : Déposé ; avec une recherche) »"""
    filters = [
        f"{spec.title[0].upper()}{spec.title[1:]} : {choice['display']}"
        for spec in worklist.filter_specs
        for choice in spec.choices(worklist)
        if spec.used_parameters and choice["selected"]
    ]
    if worklist.query:
        filters.append("avec une recherche")
    return f"Dossiers ({' ; '.join(filters)})" if filters else "Dossiers, toute la liste"


@require_safe
@limited("export")
def export(request: HttpRequest) -> HttpResponseBase:
    """Every file of the list that the address describes, whatever its page; who took it is kept."""
    if reason := why_not_export(person(request)):
        raise PermissionDenied(reason)
    model_admin: Any = admin.site.get_model_admin(CaseFile)
    worklist = model_admin.get_changelist_instance(request)
    record_export(person(request), _described(worklist), rows=worklist.queryset.count())
    return sheets.stream(sheet_rows(worklist.queryset), name="dossiers.csv")
