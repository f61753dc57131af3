"""People and rights in the back office."""

from __future__ import annotations

from typing import Any

import pghistory.models
import pytest

from apps.accounts.models import RoleGrant, User
from apps.accounts.roles import Role
from tests.factories.accounts import UserFactory
from tests.support.client import PortalClient

LIST = "/admin/accounts/user/"


def grants_form(user: User, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """What the page of `user` sends: their fields, then one row per grant."""
    data: dict[str, Any] = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone": "",
        "is_active": "on",
        "role_grants-TOTAL_FORMS": len(rows),
        "role_grants-INITIAL_FORMS": initial,
    }
    for index, row in enumerate(rows):
        data |= {f"role_grants-{index}-{name}": value for name, value in row.items()}
    return data


def change(user: User) -> str:
    return f"{LIST}{user.pk}/change/"


def test_head_gives_a_role(client: PortalClient, head: User, applicant: User) -> None:
    client.force_login(head)

    response = client.post(
        change(applicant),
        grants_form(applicant, {"role": "caseworker", "programme": "installation"}),
    )

    assert response.url == LIST
    person = User.objects.get(pk=applicant.pk)
    assert person.is_staff
    assert person.has_role(Role.CASEWORKER, programme="installation")


def test_head_takes_a_role_away(client: PortalClient, head: User, caseworker: User) -> None:
    grant = caseworker.role_grants.get()
    signed_in = PortalClient()
    signed_in.force_login(caseworker)
    client.force_login(head)

    client.post(
        change(caseworker),
        grants_form(caseworker, {"id": grant.pk, "DELETE": "on"}, initial=1),
    )

    assert not RoleGrant.objects.filter(user=caseworker).exists()
    assert not User.objects.get(pk=caseworker.pk).is_staff
    assert signed_in.get("/compte/").status_code == 302


def test_head_of_another_programme_cannot_take_it_away(
    client: PortalClient, caseworker: User
) -> None:
    grant = caseworker.role_grants.get()
    client.force_login(UserFactory(grants=[(Role.HEAD, "bourse-etudes")]))

    lie = {"role": "caseworker", "programme": "bourse-etudes"}
    response = client.post(
        change(caseworker),
        grants_form(caseworker, {"id": grant.pk, "DELETE": "on", **lie}, initial=1),
    )

    assert "dispositifs dont vous êtes responsable" in response.content.decode()
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_head_beyond_their_programme_is_told_why(
    client: PortalClient, head: User, applicant: User
) -> None:
    client.force_login(head)

    response = client.post(
        change(applicant), grants_form(applicant, {"role": "head", "programme": "stage-rural"})
    )

    assert "dispositifs dont vous êtes responsable" in response.content.decode()
    assert not RoleGrant.objects.filter(user=applicant).exists()


def test_head_widening_their_own_rights_is_told_why(client: PortalClient, head: User) -> None:
    grant = head.role_grants.get()
    client.force_login(head)

    response = client.post(
        change(head),
        grants_form(head, {"id": grant.pk}, {"role": "head", "programme": ""}, initial=1),
    )

    assert "Vos propres droits sont changés par une autre personne." in response.content.decode()
    assert head.role_grants.count() == 1


def test_head_never_touches_a_superuser(client: PortalClient, head: User, superuser: User) -> None:
    client.force_login(head)

    assert client.post(change(superuser), grants_form(superuser)).status_code == 403


@pytest.mark.parametrize("persona", ["caseworker", "committee_member", "accountant", "auditor"])
def test_other_staff_do_not_see_people(
    client: PortalClient, persona: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(persona))

    assert client.get(LIST).status_code == 403
    assert "Personnes" not in client.get("/admin/").content.decode()


def test_superuser_finds_people_by_name_or_address(client: PortalClient, superuser: User) -> None:
    UserFactory(first_name="Zélie", last_name="Unique", email="zelie@exemple.fr")
    client.force_login(superuser)

    for typed in ("unique", "zelie@"):
        body = client.get(LIST, {"q": typed}).content.decode()
        assert "Zélie Unique" in body
        assert "1 personne" in body


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_or_three_people(
    client: PortalClient, superuser: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        UserFactory(grants=[(Role.CASEWORKER, "installation")])
    client.force_login(superuser)
    client.get(LIST)  # notes when this session was last seen

    with django_assert_num_queries(5):
        client.get(LIST)


def test_lost_second_factor_is_taken_away(
    client: PortalClient, head: User, caseworker: User
) -> None:
    signed_in = PortalClient()
    signed_in.force_login(caseworker)
    client.force_login(head)

    client.post(LIST, {"action": "reset_second_factor", "_selected_action": [caseworker.pk]})

    assert signed_in.get("/compte/").status_code == 302


def test_head_leaves_a_superusers_second_factor(
    client: PortalClient, head: User, superuser: User
) -> None:
    signed_in = PortalClient()
    signed_in.force_login(superuser)
    client.force_login(head)

    client.post(LIST, {"action": "reset_second_factor", "_selected_action": [superuser.pk]})

    assert signed_in.get("/compte/").status_code == 200


def test_secrets_have_no_page_in_the_back_office(client: PortalClient, superuser: User) -> None:
    client.force_login(superuser)

    for path in ("mfa/authenticator/", "socialaccount/socialapp/", "auth/group/"):
        assert client.get(f"/admin/{path}").status_code == 404


def test_history_tells_who_gave_which_role(
    client: PortalClient, head: User, applicant: User
) -> None:
    client.force_login(head)
    client.post(
        change(applicant),
        grants_form(applicant, {"role": "caseworker", "programme": "installation"}),
    )

    given = pghistory.models.Events.objects.get(
        pgh_model="accounts.RoleGrantEvent", pgh_data__user_id=applicant.pk
    )

    assert given.pgh_data["role"] == "caseworker"
    assert given.pgh_context["user"] == head.pk


def test_history_keeps_the_former_name_never_the_password(applicant: User) -> None:
    applicant.last_name = "Durand"
    applicant.set_password("quatre mots sans lien")
    applicant.save()

    events = list(
        pghistory.models.Events.objects.tracks(applicant)
        .order_by("pgh_id")
        .values_list("pgh_data", flat=True)
    )

    assert [event["last_name"] for event in events] == ["Martin", "Durand"]
    assert "password" not in events[-1]


def test_head_of_another_programme_neither_closes_an_account_nor_takes_its_second_factor(
    client: PortalClient, caseworker: User, foreign_head: User
) -> None:
    version = caseworker.session_version
    client.force_login(foreign_head)

    client.post(change(caseworker), grants_form(caseworker) | {"is_active": "", "last_name": "X"})
    response = client.post(
        LIST,
        {"action": "reset_second_factor", "_selected_action": caseworker.pk},
        follow=True,
    )

    caseworker.refresh_from_db()
    assert (caseworker.is_active, caseworker.last_name) == (True, "Instructrice")
    assert caseworker.session_version == version
    assert "dispositifs dont vous n’êtes pas responsable" in response.content.decode()


def test_head_closes_the_account_of_an_agent_of_theirs(
    client: PortalClient, caseworker: User, head: User
) -> None:
    client.force_login(head)
    client.post(change(caseworker), grants_form(caseworker) | {"is_active": ""})
    caseworker.refresh_from_db()
    assert not caseworker.is_active
