"""The base of every page of the back office: rights come from role grants, never from Django's
table of permissions (accounts.roles says who may what).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, URLField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from apps.core.history import versions
from apps.core.looks import note_search
from apps.core.paging import BoundedPaginator
from apps.core.periods import format_period

# Its address, its view, and the end of its name.
ActPage = tuple[str, Callable[..., HttpResponseBase], str]


class QuickBoxAdmin(admin.ModelAdmin):
    """A list whose rows are ticked."""

    def action_checkbox(self, obj: Model) -> SafeString:
        """Django's own, without the template that it draws for each row: a fifth of a long list."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            gettext("Select this object for an action - {}").format(obj),
        )


class RoleAdmin(QuickBoxAdmin):
    """Rows that some roles read and some change.

    `view_roles` read, `change_roles` read, add, change and delete; both hold values of
    accounts.roles.Role. With `programme_field`, a person meets only the rows of the programmes
    their roles were granted for; with `programme`, every row is of that one.
    Superusers may all that some role may. The history page shows what pghistory kept.

    Each act has a page of its own: `row_pages` come below the key of a row, `list_pages` below
    the list; they are named <app>_<model>_<name>.
    """

    view_roles: ClassVar[Sequence[str]] = ()
    change_roles: ClassVar[Sequence[str]] = ()
    programme_field: ClassVar[str] = ""
    programme: ClassVar[str] = ""
    # A search here may be for somebody: it is kept (core.looks).
    searches_people: ClassVar[bool] = False
    row_pages: ClassVar[Sequence[ActPage]] = ()
    list_pages: ClassVar[Sequence[ActPage]] = ()

    formfield_overrides: ClassVar[Any] = {URLField: {"assume_scheme": "https"}}
    list_per_page = 50
    show_full_result_count = False
    paginator = BoundedPaginator

    def get_urls(self) -> list[URLPattern]:
        acts = [
            *((address, self._for_readers(view), name) for address, view, name in self.list_pages),
            *((f"<int:pk>/{address}", view, name) for address, view, name in self.row_pages),
        ]
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            *(
                path(address, self.admin_site.admin_view(view), name=f"{prefix}_{name}")
                for address, view, name in acts
            ),
            *super().get_urls(),
        ]

    def _for_readers(self, view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
        """An act of the list is refused to whoever may not open the list."""

        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_module_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return page

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request)
        user: Any = request.user  # accounts.User, a layer above
        if not self.programme_field or user.is_superuser:
            return queryset
        scopes = user.programmes_for(*self.view_roles, *self.change_roles)
        return (
            queryset
            if scopes is None
            else queryset.filter(**{f"{self.programme_field}__in": scopes})
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        self.note_search(request, search_term)
        return super().get_search_results(request, queryset, search_term)

    def note_search(self, request: HttpRequest, search_term: str) -> None:
        """Type-ahead in a form is no search: the act of that form has its own trace."""
        match = request.resolver_match
        is_type_ahead = match is not None and match.url_name == "autocomplete"
        if self.searches_people and search_term.strip() and not is_type_ahead:
            note_search(request.user, capfirst(str(self.opts.verbose_name_plural)))

    @admin.display(description="en vigueur", ordering="valid_during")
    def in_force(self, row: Any) -> str:
        """For lists of dated rows: their period in words."""
        return format_period(row.valid_during)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, None, *self.view_roles, *self.change_roles)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, obj, *self.view_roles, *self.change_roles)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, None, *self.change_roles)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, obj, *self.change_roles)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, obj, *self.change_roles)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """« Ajouter : appel à projets », « Appel à projets »: no « de » before a name."""
        name = str(self.opts.verbose_name)
        title = f"Ajouter : {name}" if object_id is None else capfirst(name)
        context = {"title": title, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        instance = self.get_object(request, object_id)
        if instance is None:
            raise Http404
        if not self.has_view_permission(request, instance):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"Historique : {instance}",
            "opts": self.opts,
            "object": instance,
            "versions": versions(instance),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def _holds(self, request: HttpRequest, obj: Model | None, *roles: str) -> bool:
        """Rows that no role writes are written by the verbs alone: a superuser does not either."""
        user: Any = request.user
        if not user.is_active or not roles:
            return False
        if user.is_superuser:
            return True
        programme = self.programme or None
        if obj and self.programme_field:
            programme = getattr(obj, self.programme_field)
        return bool(user.has_role(*roles, programme=programme))
