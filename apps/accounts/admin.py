"""People and their rights, for superusers and heads of the guichet."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from apps.accounts.grants import grant_role, revoke_role
from apps.accounts.models import RoleGrant, User
from apps.accounts.permissions import (
    why_not_change_account,
    why_not_grant,
    why_not_manage_people,
)
from apps.accounts.roles import Role
from apps.accounts.second_factor import reset_second_factor
from apps.core.admin import QuickBoxAdmin
from apps.core.looks import note_search
from apps.core.paging import BoundedPaginator


class RoleGrantFormSet(BaseInlineFormSet):
    """Refuses, with its reason, what the signed-in person may not grant or take away."""

    actor: User

    def clean(self) -> None:
        super().clean()
        reasons = {self._why_not_touch(form) for form in self.forms} - {""}
        if reasons:
            raise forms.ValidationError(sorted(reasons))

    def _why_not_touch(self, form: forms.ModelForm) -> str:
        """Reason against giving or taking away the right of one row; "" for a row left alone."""
        if form.instance.pk:
            # As granted: what the request says of the row is not to be believed.
            grant = RoleGrant.objects.get(pk=form.instance.pk)
            is_touched = form in self.deleted_forms
        else:
            grant = form.instance
            is_touched = form.has_changed()
        if not (is_touched and grant.role):
            return ""
        return why_not_grant(
            self.actor, user=self.instance, role=Role(grant.role), programme=grant.programme
        )


class RoleGrantInline(admin.StackedInline):
    model = RoleGrant
    formset = RoleGrantFormSet
    fields = (("role", "programme"),)
    extra = 0

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type("RoleGrantFormSet", (formset,), {"actor": request.user})

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return not why_not_manage_people(request.user)

    has_add_permission = has_view_permission
    has_delete_permission = has_view_permission

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A right is taken away and another given: the history stays readable."""
        return False


@admin.register(User)
class UserAdmin(QuickBoxAdmin):
    list_display = ("__str__", "email", "phone", "roles", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "is_fictitious")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    paginator = BoundedPaginator
    fields = (
        *(("first_name", "last_name"), "email", "phone", "rpps"),
        *("is_active", "last_login", "date_joined", "is_fictitious"),
    )
    readonly_fields = ("email", "rpps", "last_login", "date_joined", "is_fictitious")
    inlines = (RoleGrantInline,)
    actions = ("reset_second_factor",)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Of staff of programmes that one does not head, the rights alone may change."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None or not why_not_change_account(request.user, obj):
            return fields
        return [*fields, "first_name", "last_name", "phone", "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("role_grants")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """The search is kept: it is always for somebody."""
        if search_term.strip():
            note_search(request.user, "Personnes")
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="droits")
    def roles(self, user: User) -> str:
        return ", ".join(
            f"{grant.get_role_display()} ({grant.programme or 'tous les dispositifs'})"
            for grant in user.role_grants.all()
        )

    @admin.action(description="Retirer les moyens de connexion perdus (après contrôle d’identité)")
    def reset_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for user in people:
            if reason := why_not_change_account(request.user, user):
                messages.error(request, f"{user} : {reason}")
                continue
            reset_second_factor(user=user)
            messages.success(request, f"{user} choisira un nouveau moyen à sa connexion.")

    @transaction.atomic
    def save_formset(
        self, request: HttpRequest, form: Any, formset: RoleGrantFormSet, change: bool
    ) -> None:
        """Through the verbs, which keep `is_staff` and sessions in line."""
        formset.save(commit=False)
        for grant in RoleGrant.objects.filter(pk__in=[row.pk for row in formset.deleted_objects]):
            revoke_role(user=grant.user, role=Role(grant.role), programme=grant.programme)
        for grant in formset.new_objects:
            grant_role(user=grant.user, role=Role(grant.role), programme=grant.programme)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return not why_not_manage_people(request.user)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return not why_not_manage_people(request.user)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody but a superuser touches a superuser's account."""
        if why_not_manage_people(request.user):
            return False
        return obj is None or not obj.is_superuser or request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People open their own account: it proves the address and takes their consent."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed (`is_active`), then purged at the end of the legal period."""
        return False


# Rights are role grants, not groups; the others show secrets, or what settings already say.
admin.site.unregister((Group, Authenticator, EmailAddress, UserSession))
admin.site.unregister((SocialAccount, SocialApp, SocialToken))
