"""The register of deletions, and the register of processing, drawn from what the tables say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.core.admin import RoleAdmin
from apps.core.dates import format_datetime
from apps.core.personal_data import Activity, PersonalTable, Subject, tables
from apps.privacy.admin.pages import draw, person
from apps.privacy.erasure import reference_digest
from apps.privacy.models import DeletionRecord
from apps.privacy.periods import RuleLine, rule_lines

_READERS = (Role.CASEWORKER, Role.HEAD, Role.AUDITOR)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the register: an activity and the tables where its data are."""

    activity: Activity
    # Label, columns, and how long it is kept, in words.
    tables: list[tuple[str, str, str]]


def entries(lines: Sequence[RuleLine]) -> list[Entry]:
    """From the models themselves and the lengths in force: no query."""
    by_code = {line.rule.code: line for line in lines}
    found: dict[str, Entry] = {}
    for table in tables():
        entry = found.setdefault(table.activity.label, Entry(activity=table.activity, tables=[]))
        row = (table.label, columns_of(table), kept_words(table, by_code))
        if row not in entry.tables:
            entry.tables.append(row)
    return list(found.values())


def kept_words(table: PersonalTable, by_code: Mapping[str, RuleLine]) -> str:
    """« Comme la demande. », « 6 mois après la fin du séjour. »"""
    if table.endless:
        return table.endless
    if table.rule:
        line = by_code[table.rule]
        return f"{line.words}." if line.length else f"Durée à fixer, {line.rule.starts}."
    return "Comme la demande." if table.subject == Subject.CASE_FILE else "Comme le compte."


def columns_of(table: PersonalTable) -> str:
    """« prénom, nom, adresse e-mail »."""
    fields = table.model._meta.concrete_fields  # noqa: SLF001 - documented by Django
    names = [str(item.verbose_name) for item in fields if not item.primary_key]
    return ", ".join(dict.fromkeys(names))


@require_safe
def processing(request: HttpRequest) -> HttpResponse:
    """« Registre des traitements » (RGPD, article 30). One query: the lengths."""
    if reason := why_not_role(person(request), *_READERS):
        raise PermissionDenied(reason)
    lines = rule_lines()
    context = {
        "title": "Registre des traitements",
        "entries": entries(lines),
        "lines": lines,
    }
    return draw(request, "processing.html", context)


@admin.register(DeletionRecord)
class DeletionRecordAdmin(RoleAdmin):
    """Read-only; searched by a whole reference, of which only the digest is kept."""

    view_roles = _READERS
    list_pages = (("traitements/", processing, "processing"),)
    actions = None
    list_display = ("moment", "label", "cause", "count", "file_count", "short_digest")
    list_display_links = None
    list_filter = ("cause",)
    search_fields = ("label",)
    search_help_text = "Référence entière d’un dossier, ou mot du libellé"

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        digest = reference_digest(term.upper())
        by_digest = queryset.filter(reference_digest=digest)
        return (by_digest if by_digest.exists() else queryset.filter(label__icontains=term)), False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="le", ordering="at")
    def moment(self, record: DeletionRecord) -> str:
        return format_datetime(record.at)

    @admin.display(description="empreinte de la référence")
    def short_digest(self, record: DeletionRecord) -> str:
        return record.reference_digest[:16]
