"""Giving and taking away roles: the only code that writes RoleGrant and `is_staff`."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import RoleGrant, User
from apps.accounts.roles import Role
from apps.accounts.sessions import end_sessions


@transaction.atomic
def grant_role(*, user: User, role: Role, programme: str = "") -> RoleGrant:
    """Give `user` a role for one programme's slug, or for all of them ("").

    Side effects: the person becomes staff; their sessions end, so that no session outlives the
    rights it was opened with. Granting twice changes nothing.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    grant, is_new = RoleGrant.objects.get_or_create(user=user, role=role, programme=programme)
    if is_new:
        _settle(user)
    return grant


@transaction.atomic
def revoke_role(*, user: User, role: Role, programme: str = "") -> None:
    """Take a role away, for exactly the scope it was granted for.

    Side effects: without any role left the person is no longer staff (a superuser stays so);
    their sessions end. Revoking what is not held changes nothing.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    removed, _ = RoleGrant.objects.filter(user=user, role=role, programme=programme).delete()
    if removed:
        _settle(user)


def _settle(user: User) -> None:
    """Bring `is_staff` in line with the grants, forget what was read before, end sessions."""
    user.forget_grants()
    user.is_staff = user.is_superuser or RoleGrant.objects.filter(user=user).exists()
    user.save(update_fields=["is_staff"])
    end_sessions(user=user)
