"""Payments and batches in the admin: who may see them, and the address of everything done."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from apps.accounts.roles import Role
from apps.awards.admin import (
    batch_views,
    instalment_list,
    payment_proof_views,
    payment_views,
)
from apps.awards.admin.pages import person
from apps.awards.models import Batch, Instalment
from apps.core.admin import RoleAdmin

_READERS = (Role.ACCOUNTANT, Role.HEAD, Role.CASEWORKER, Role.AUDITOR)
_PAYMENT_PAGES = (
    ("validation/", payment_views.unvalidate, "unvalidate"),
    ("rejet/", payment_views.reject, "reject"),
    ("annulation/", payment_views.cancel, "cancel"),
    ("justificatif/", payment_proof_views.review, "review"),
    ("justificatif/demander/", payment_proof_views.ask, "ask"),
    ("justificatif/ajouter/", payment_proof_views.scan, "scan"),
    ("justificatif/<int:proof_pk>/", payment_proof_views.open_proof, "proof"),
)
_BATCH_PAGES = (
    ("fichier/<slug:form>/", batch_views.download, "download"),
    ("retour/", batch_views.answer, "answer"),
    ("reprise/", batch_views.cancel, "cancel"),
)


class _ReadOnlyAdmin(RoleAdmin):
    """Rows that only their own verbs change: Django's forms are never shown."""

    view_roles = _READERS
    actions = None

    def refuse_others(self, request: HttpRequest) -> None:
        """Raises PermissionDenied for whoever has no part in payments."""
        if not self.has_view_permission(request):
            raise PermissionDenied("Les versements sont réservés au guichet et à la comptabilité.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Instalment)
class InstalmentAdmin(_ReadOnlyAdmin):
    row_pages = _PAYMENT_PAGES
    list_pages = (("valider/", payment_views.validate, "validate"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Instalment]:
        return Instalment.objects.at_desk_of(person(request))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.refuse_others(request)
        return instalment_list.index(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return payment_views.show(request, _pk(object_id))


@admin.register(Batch)
class BatchAdmin(_ReadOnlyAdmin):
    row_pages = _BATCH_PAGES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        return Batch.objects.at_desk_of(person(request))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.refuse_others(request)
        return batch_views.index(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self.refuse_others(request)
        return batch_views.export(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return batch_views.show(request, _pk(object_id))


def _pk(object_id: str) -> int:
    if not object_id.isdecimal() or len(object_id) > 18:
        raise Http404
    return int(object_id)
