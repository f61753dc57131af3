from __future__ import annotations

from django.test import Client

from apps.accounts.grants import grant_role, revoke_role
from apps.accounts.models import User
from apps.accounts.roles import Role


def _is_signed_in(client: Client) -> bool:
    return client.get("/admin/login/").wsgi_request.user.is_authenticated


def test_grant_role_to_applicant_makes_them_staff(applicant: User) -> None:
    grant_role(user=applicant, role=Role.CASEWORKER, programme="installation")

    applicant.refresh_from_db()
    assert applicant.is_staff
    assert applicant.has_role(Role.CASEWORKER, programme="installation")
    assert not applicant.has_role(Role.CASEWORKER, programme="stage-rural")


def test_revoke_role_last_one_ends_being_staff(caseworker: User) -> None:
    revoke_role(user=caseworker, role=Role.CASEWORKER, programme="installation")

    caseworker.refresh_from_db()
    assert not caseworker.is_staff
    assert not caseworker.has_role(Role.CASEWORKER)


def test_revoke_role_superuser_stays_staff(superuser: User) -> None:
    grant_role(user=superuser, role=Role.HEAD)
    revoke_role(user=superuser, role=Role.HEAD)

    superuser.refresh_from_db()
    assert superuser.is_staff


def test_grant_role_ends_every_session(client: Client, caseworker: User) -> None:
    client.force_login(caseworker)
    assert _is_signed_in(client)

    grant_role(user=caseworker, role=Role.HEAD, programme="installation")

    assert not _is_signed_in(client)


def test_revoke_role_ends_every_session(client: Client, caseworker: User) -> None:
    client.force_login(caseworker)

    revoke_role(user=caseworker, role=Role.CASEWORKER, programme="installation")

    assert not _is_signed_in(client)


def test_grant_role_held_already_keeps_sessions(client: Client, caseworker: User) -> None:
    client.force_login(caseworker)

    grant_role(user=caseworker, role=Role.CASEWORKER, programme="installation")

    assert _is_signed_in(client)
