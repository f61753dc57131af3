"""Who may do what, outside case files (see casefiles.permissions): each refusal is a reason.

A reason is a French sentence that says what is missing; an empty string means « go ahead ».
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User
from apps.accounts.roles import Role

P = ParamSpec("P")
StaffView = Callable[Concatenate[HttpRequest, P], HttpResponse]


def why_not_role(user: User | AnonymousUser, *roles: Role, programme: str | None = None) -> str:
    """Why `user` holds none of `roles`, for `programme` or (None) for any of them."""
    if not isinstance(user, User):
        return "Connectez-vous pour continuer."
    if not user.is_active:
        return "Ce compte est fermé."
    if user.roles_suspended:
        return "Confirmez d’abord votre identité avec votre deuxième moyen de connexion."
    if user.has_role(*roles, programme=programme):
        return ""
    scope = "" if programme is None else " pour ce dispositif"
    return f"Il faut être {_any_of(roles)}{scope}. Demandez ce droit au responsable du guichet."


def why_not_manage_people(actor: User | AnonymousUser) -> str:
    """Why `actor` does not see other people's accounts: superusers and heads do."""
    if isinstance(actor, User) and actor.is_superuser and actor.is_active:
        return "" if not actor.roles_suspended else why_not_role(actor)
    return why_not_role(actor, Role.HEAD)


def why_not_grant(actor: User, *, user: User, role: Role, programme: str = "") -> str:
    """Why `actor` may not give `role` to `user`, or take it away.

    A superuser may; a head of the guichet too, for the programmes they head, but never for
    themselves: nobody widens their own rights.
    """
    if (reason := why_not_manage_people(actor)) or actor.is_superuser:
        return reason
    if actor == user:
        return "Vos propres droits sont changés par une autre personne."
    if user.is_superuser:
        return "Les droits d’un administrateur sont changés par un autre administrateur."
    if not actor.has_role(Role.HEAD, programme=programme):
        return "Vous donnez des droits pour les dispositifs dont vous êtes responsable."
    return ""


def why_not_change_account(actor: User | AnonymousUser, user: User) -> str:
    """Why `actor` may not close this account, correct its name or take its second factor away.

    Whoever answers for one programme does not shut out the staff of the others.
    """
    if (reason := why_not_manage_people(actor)) or not isinstance(actor, User):
        return reason
    if actor.is_superuser:
        return ""
    if user.is_superuser:
        return "Le compte d’un administrateur est changé par un autre administrateur."
    if all(
        actor.has_role(Role.HEAD, programme=grant.programme) for grant in user.role_grants.all()
    ):
        return ""
    return "Cette personne a des droits pour des dispositifs dont vous n’êtes pas responsable."


def role_required(*roles: Role) -> Callable[[StaffView[P]], StaffView[P]]:
    """Function views for holders of one of `roles`, whatever the programme.

    A visitor is led to sign in; somebody else gets the page « accès refusé » with the reason.
    Rights on one programme are the view's to check (why_not_role with `programme`).
    """

    def decorator(view: StaffView[P]) -> StaffView[P]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if reason := why_not_role(request.user, *roles):
                raise PermissionDenied(reason)
            return view(request, *args, **kwargs)

        return checked

    return decorator


def _any_of(roles: tuple[Role, ...]) -> str:
    """« instructeur ou responsable du guichet »"""
    labels = [str(role.label)[0].lower() + str(role.label)[1:] for role in roles]
    return " ou ".join(filter(None, [", ".join(labels[:-1]), labels[-1]])) if labels else "agent"
