from __future__ import annotations

import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core.admin import RoleAdmin
from apps.territory.models import Commune, Zone
from tests.factories.territory import CommuneFactory, ZoneFactory

pytestmark = pytest.mark.django_db


class ZoneRoleAdmin(RoleAdmin):
    view_roles = (Role.AUDITOR,)
    change_roles = (Role.CASEWORKER,)
    # The commune stands for a programme: its code is the scope of a grant.
    programme_field = "commune_id"


def _rights(user: User, zone: Zone | None = None) -> str:
    """Letters of what `user` may do: m(odule) v(iew) a(dd) c(hange) d(elete)."""
    admin = ZoneRoleAdmin(Zone, AdminSite())
    request = RequestFactory().get("/")
    request.user = user
    allowed = {
        "m": admin.has_module_permission(request),
        "v": admin.has_view_permission(request, zone),
        "a": admin.has_add_permission(request),
        "c": admin.has_change_permission(request, zone),
        "d": admin.has_delete_permission(request, zone),
    }
    return "".join(letter for letter, is_allowed in allowed.items() if is_allowed)


def test_box_of_a_row_is_djangos_own() -> None:
    user = User(pk=7, first_name="Zoé", last_name='<b> & "l’{0}"', email="zoe@exemple.fr")

    box = RoleAdmin(User, AdminSite()).action_checkbox(user)

    assert box == ModelAdmin(User, AdminSite()).action_checkbox(user)


def test_rights_follow_the_roles(
    caseworker: User, auditor: User, editor: User, applicant: User, superuser: User
) -> None:
    assert _rights(caseworker) == "mvacd"
    assert _rights(auditor) == "mv"
    assert _rights(editor) == ""
    assert _rights(applicant) == ""
    assert _rights(superuser) == "mvacd"


def test_rights_stop_at_the_programme(caseworker: User, superuser: User) -> None:
    mine = ZoneFactory(commune=CommuneFactory(insee_code="45001"))
    caseworker.role_grants.update(programme="45001")
    other = ZoneFactory(commune=CommuneFactory(insee_code="45002"))

    assert _rights(caseworker, mine) == "mvacd"
    assert _rights(caseworker, other) == "ma"
    assert _rights(superuser, other) == "mvacd"
    admin = ZoneRoleAdmin(Zone, AdminSite())
    request = RequestFactory().get("/")
    request.user = caseworker
    assert list(admin.get_queryset(request)) == [mine]


def test_rights_of_a_closed_account_are_none(superuser: User) -> None:
    superuser.is_active = False

    assert _rights(superuser) == ""


def test_history_page_needs_the_right_to_read(
    auditor: User, editor: User, rf: RequestFactory
) -> None:
    class EverybodysAdmin(RoleAdmin):
        view_roles = (Role.AUDITOR,)

    admin = EverybodysAdmin(Commune, AdminSite())
    commune = CommuneFactory()
    request = rf.get("/")
    request.user = auditor

    response = admin.history_view(request, commune.pk)

    assert response.context_data["versions"] == []
    with pytest.raises(Http404):
        admin.history_view(request, "45999")
    request.user = editor
    with pytest.raises(PermissionDenied):
        admin.history_view(request, commune.pk)


class ReadOnlyAdmin(RoleAdmin):
    view_roles = (Role.AUDITOR,)


def test_rows_that_no_role_writes_are_not_written_by_a_superuser(superuser: User) -> None:
    request = RequestFactory().get("/")
    request.user = superuser
    admin = ReadOnlyAdmin(Zone, AdminSite())
    assert admin.has_view_permission(request)
    assert not admin.has_add_permission(request)
    assert not admin.has_change_permission(request)
    assert not admin.has_delete_permission(request)
