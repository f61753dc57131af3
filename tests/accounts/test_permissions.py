"""Who holds which role, for which programme, and the reason given to the others."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.accounts.models import User
from apps.accounts.permissions import role_required, why_not_grant, why_not_role
from apps.accounts.roles import Role

PROGRAMMES = ("installation", "bourse-etudes", "stage-rural", "innovation")

# Persona → (role, programmes where it holds)
HELD = {
    "applicant": (None, ()),
    "caseworker": (Role.CASEWORKER, ("installation",)),
    "foreign_caseworker": (Role.CASEWORKER, ("bourse-etudes",)),
    "head": (Role.HEAD, ("installation",)),
    "committee_member": (Role.COMMITTEE_MEMBER, ("installation",)),
    "accountant": (Role.ACCOUNTANT, ("installation",)),
    "editor": (Role.EDITOR, PROGRAMMES),
    "auditor": (Role.AUDITOR, PROGRAMMES),
    "superuser": (None, ()),
}


@pytest.mark.parametrize("persona", HELD)
def test_role_matrix(persona: str, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(persona)
    held_role, held_programmes = HELD[persona]

    answers = {
        (role, programme)
        for role in Role
        for programme in PROGRAMMES
        if user.has_role(role, programme=programme)
    }

    assert answers == {(held_role, programme) for programme in held_programmes}


@pytest.mark.parametrize(
    ("persona", "expected"),
    [
        ("caseworker", {"installation"}),
        ("foreign_caseworker", {"bourse-etudes"}),
        ("head", set()),
        ("applicant", set()),
    ],
)
def test_programmes_for_lists_where_the_role_is_held(
    persona: str, expected: set[str], request: pytest.FixtureRequest
) -> None:
    assert request.getfixturevalue(persona).programmes_for(Role.CASEWORKER) == expected


def test_programmes_for_a_role_held_everywhere_is_all(auditor: User) -> None:
    assert auditor.programmes_for(Role.AUDITOR) is None


def test_several_questions_cost_one_query(
    caseworker: User, django_assert_num_queries: object
) -> None:
    user = User.objects.get(pk=caseworker.pk)
    with django_assert_num_queries(1):
        user.has_role(Role.HEAD)
        user.has_role(Role.CASEWORKER, programme="installation")
        user.programmes_for(Role.CASEWORKER, Role.HEAD)


def test_closed_account_holds_no_role(caseworker: User) -> None:
    caseworker.is_active = False

    assert not caseworker.has_role(Role.CASEWORKER)
    assert caseworker.programmes_for(Role.CASEWORKER) == set()
    assert why_not_role(caseworker, Role.CASEWORKER) == "Ce compte est fermé."


def test_why_not_role_visitor_is_asked_to_sign_in() -> None:
    assert why_not_role(AnonymousUser(), Role.HEAD) == "Connectez-vous pour continuer."


def test_why_not_role_names_the_roles_that_would_do(applicant: User) -> None:
    assert why_not_role(applicant, Role.CASEWORKER, Role.HEAD) == (
        "Il faut être instructeur ou responsable du guichet. "
        "Demandez ce droit au responsable du guichet."
    )


def test_why_not_role_of_another_programme_says_so(foreign_caseworker: User) -> None:
    assert why_not_role(foreign_caseworker, Role.CASEWORKER) == ""
    assert why_not_role(foreign_caseworker, Role.CASEWORKER, programme="installation") == (
        "Il faut être instructeur pour ce dispositif. Demandez ce droit au responsable du guichet."
    )


def test_why_not_grant_head_for_own_programme_may(head: User, applicant: User) -> None:
    assert why_not_grant(head, user=applicant, role=Role.HEAD, programme="installation") == ""


@pytest.mark.parametrize("programme", ["", "bourse-etudes"])
def test_why_not_grant_head_beyond_own_programme(
    head: User, applicant: User, programme: str
) -> None:
    assert why_not_grant(head, user=applicant, role=Role.CASEWORKER, programme=programme) == (
        "Vous donnez des droits pour les dispositifs dont vous êtes responsable."
    )


def test_why_not_grant_head_to_themselves(head: User) -> None:
    assert why_not_grant(head, user=head, role=Role.ACCOUNTANT, programme="installation") == (
        "Vos propres droits sont changés par une autre personne."
    )


def test_why_not_grant_head_to_a_superuser(head: User, superuser: User) -> None:
    assert why_not_grant(head, user=superuser, role=Role.AUDITOR, programme="installation") == (
        "Les droits d’un administrateur sont changés par un autre administrateur."
    )


def test_why_not_grant_caseworker_never(caseworker: User, applicant: User) -> None:
    assert why_not_grant(
        caseworker, user=applicant, role=Role.CASEWORKER, programme="installation"
    ).startswith("Il faut être responsable du guichet.")


def test_why_not_grant_superuser_may_unless_suspended(superuser: User, applicant: User) -> None:
    assert why_not_grant(superuser, user=applicant, role=Role.HEAD) == ""

    superuser.roles_suspended = True

    assert why_not_grant(superuser, user=applicant, role=Role.HEAD).startswith("Confirmez d’abord")


@role_required(Role.CASEWORKER, Role.HEAD)
def _desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bureau")


def _get(rf: RequestFactory, user: User | AnonymousUser) -> HttpResponse:
    request = rf.get("/bureau/?page=2")
    request.user = user
    return _desk(request)


def test_role_required_lets_the_role_in(rf: RequestFactory, caseworker: User) -> None:
    assert _get(rf, caseworker).content == b"bureau"


def test_role_required_leads_a_visitor_to_sign_in(rf: RequestFactory) -> None:
    assert _get(rf, AnonymousUser()).url == "/compte/connexion/?next=/bureau/%3Fpage%3D2"


def test_role_required_refuses_others_with_the_reason(rf: RequestFactory, applicant: User) -> None:
    with pytest.raises(PermissionDenied, match="Il faut être instructeur ou responsable"):
        _get(rf, applicant)
