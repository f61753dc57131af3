"""Signing up and in by code, by password; what a stranger can learn; how often one may try."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.support.client import PortalClient

SIGN_IN = "/compte/connexion/"
CODE = "/compte/connexion/code/"
PASSWORD = "/compte/connexion/mot-de-passe/"
SIGN_UP = "/compte/creation/"
CONFIRM = "/compte/adresse/code/"
FORGOTTEN = "/compte/mot-de-passe/oubli/"
NEWCOMER = {
    "first_name": "Nadia",
    "last_name": "Nouvelle",
    "email": "Nadia@Exemple.fr",
    "phone": "06 12 34 56 78",
}


def sent_code() -> str:
    """The six digits of the last message."""
    return re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0]


def wrong_code() -> str:
    return "000000" if sent_code() != "000000" else "111111"


def is_signed_in(client: PortalClient) -> bool:
    return client.get("/compte/").status_code == 200


def comparable(body: bytes) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body.decode())


def test_sign_up_with_code_opens_account(client: PortalClient, db: None) -> None:
    response = client.post(SIGN_UP, NEWCOMER)
    assert response.url == CONFIRM
    assert mail.outbox[-1].subject == "Confirmez votre adresse"
    assert mail.outbox[-1].to == ["nadia@exemple.fr"]
    assert not is_signed_in(client)

    response = client.post(CONFIRM, {"code": sent_code()})

    assert response.url == "/mon-espace/"
    assert is_signed_in(client)
    user = User.objects.get()
    assert (user.email, user.first_name, user.last_name) == (
        "nadia@exemple.fr",
        "Nadia",
        "Nouvelle",
    )
    assert str(user.phone) == "+33612345678"
    assert not user.has_usable_password()
    assert not user.is_staff


def test_sign_up_without_phone_is_enough(client: PortalClient, db: None) -> None:
    client.post(SIGN_UP, {**NEWCOMER, "phone": ""})

    assert User.objects.get().phone == ""


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("first_name", "", "Indiquez votre prénom."),
        ("email", "nadia", "Saisissez une adresse e-mail complète"),
        ("phone", "12", "Saisissez un numéro de téléphone valide"),
    ],
)
def test_sign_up_with_nonsense_says_why_and_keeps_the_rest(
    client: PortalClient, db: None, field: str, typed: str, sentence: str
) -> None:
    body = client.post(SIGN_UP, {**NEWCOMER, field: typed}).content.decode()

    assert sentence in body
    assert "Nouvelle" in body
    assert not User.objects.exists()


def test_sign_in_with_code_enters(client: PortalClient, applicant: User) -> None:
    response = client.post(SIGN_IN, {"login": "ALICE@exemple.fr"})
    assert response.url == CODE
    assert mail.outbox[-1].subject == "Votre code de connexion"

    response = client.post(CODE, {"code": sent_code()})

    assert response.url == "/mon-espace/"
    assert is_signed_in(client)


def test_sign_in_code_typed_with_a_space_enters(client: PortalClient, applicant: User) -> None:
    client.post(SIGN_IN, {"login": applicant.email})
    code = sent_code()

    client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})

    assert is_signed_in(client)


def test_sign_in_keeps_the_page_asked_for(client: PortalClient, applicant: User) -> None:
    page = client.get("/compte/adresse/")
    assert page.url == "/compte/connexion/?next=/compte/adresse/"
    response = client.post(page.url, {"login": applicant.email, "next": "/compte/adresse/"})

    response = client.post(response.url, {"code": sent_code(), "next": "/compte/adresse/"})

    assert response.url == "/compte/adresse/"


def test_sign_in_next_on_another_site_is_ignored(client: PortalClient, applicant: User) -> None:
    client.post(SIGN_IN, {"login": applicant.email})

    response = client.post(CODE, {"code": sent_code(), "next": "https://ailleurs.example/"})

    assert response.url == "/mon-espace/"


def test_sign_in_wrong_code_says_so_and_lets_try_again(
    client: PortalClient, applicant: User
) -> None:
    client.post(SIGN_IN, {"login": applicant.email})

    response = client.post(CODE, {"code": wrong_code()})
    assert "Ce code n’est pas le bon." in response.content.decode()

    client.post(CODE, {"code": sent_code()})
    assert is_signed_in(client)


def test_sign_in_three_wrong_codes_spend_the_code(client: PortalClient, applicant: User) -> None:
    client.post(SIGN_IN, {"login": applicant.email})
    for _ in range(3):
        response = client.post(CODE, {"code": wrong_code()})
    assert response.url == SIGN_IN

    client.post(CODE, {"code": sent_code()})

    assert not is_signed_in(client)


def test_sign_in_code_expires_after_fifteen_minutes(client: PortalClient, applicant: User) -> None:
    client.post(SIGN_IN, {"login": applicant.email})

    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        response = client.post(CODE, {"code": sent_code()})
        assert response.url == SIGN_IN
        assert not is_signed_in(client)


def test_sign_in_new_code_replaces_the_first(client: PortalClient, applicant: User) -> None:
    client.post(SIGN_IN, {"login": applicant.email})
    first = sent_code()

    client.post(CODE, {"action": "resend"})

    assert len(mail.outbox) == 2
    if first != sent_code():
        client.post(CODE, {"code": first})
        assert not is_signed_in(client)
    client.post(CODE, {"code": sent_code()})
    assert is_signed_in(client)


def test_closed_account_gets_no_code(client: PortalClient, applicant: User) -> None:
    applicant.is_active = False
    applicant.save(update_fields=["is_active"])

    client.post(SIGN_IN, {"login": applicant.email})

    assert mail.outbox[-1].subject == "Aucun compte à cette adresse"


def test_sign_in_with_password_enters(client: PortalClient, applicant: User) -> None:
    _choose_password(applicant)

    response = client.post(
        PASSWORD, {"login": applicant.email, "password": "quatre mots sans lien"}
    )

    assert response.url == "/mon-espace/"
    assert is_signed_in(client)


def test_address_typed_for_a_code_is_proposed_with_the_password(
    client: PortalClient, applicant: User
) -> None:
    client.post(SIGN_IN, {"login": "pas-une-adresse"})

    assert 'value="pas-une-adresse"' in client.get(PASSWORD).content.decode()


def test_forgotten_password_is_chosen_anew_with_a_code(
    client: PortalClient, applicant: User
) -> None:
    response = client.post(FORGOTTEN, {"email": applicant.email})
    response = client.post(response.url, {"code": sent_code()})
    chosen = {"password1": "six pommes bleues lentes", "password2": "six pommes bleues lentes"}
    client.post(response.url, chosen)

    applicant.refresh_from_db()
    assert applicant.check_password("six pommes bleues lentes")


@pytest.mark.parametrize(
    ("address", "field"), [(SIGN_IN, "login"), (FORGOTTEN, "email")], ids=["sign-in", "forgotten"]
)
def test_unknown_address_gets_the_same_pages_as_a_known_one(
    db: None, address: str, field: str
) -> None:
    def answers(email: str) -> list[Any]:
        client = PortalClient()
        first = client.post(address, {field: email})
        second = client.get(first.url)
        third = client.post(first.url, {"code": "12"})
        return [
            (first.status_code, first.url),
            comparable(second.content).replace(email, "…"),
            comparable(third.content).replace(email, "…"),
        ]

    UserFactory(email="connue@exemple.fr")

    assert answers("connue@exemple.fr") == answers("inconnu@exemple.fr")
    assert [message.to for message in mail.outbox] == [
        ["connue@exemple.fr"],
        ["inconnu@exemple.fr"],
    ]


def test_sign_up_with_a_taken_address_answers_as_for_a_new_one(
    client: PortalClient, applicant: User
) -> None:
    newcomer = PortalClient().post(SIGN_UP, NEWCOMER)
    taken = client.post(SIGN_UP, {**NEWCOMER, "email": applicant.email})

    assert (taken.status_code, taken.url) == (newcomer.status_code, newcomer.url)
    assert mail.outbox[-1].subject == "Vous avez déjà un compte"
    assert mail.outbox[-1].to == [applicant.email]
    assert client.get(taken.url).status_code == 200
    assert User.objects.filter(email=applicant.email).count() == 1


def test_wrong_password_answers_the_same_for_an_unknown_address(
    client: PortalClient, applicant: User
) -> None:
    _choose_password(applicant)
    known = client.post(PASSWORD, {"login": applicant.email, "password": "faux"})
    unknown = client.post(PASSWORD, {"login": "rien@exemple.fr", "password": "faux"})

    expected = comparable(known.content).replace(applicant.email, "…")
    assert comparable(unknown.content).replace("rien@exemple.fr", "…") == expected
    assert "n’est pas le bon" in expected


def test_codes_for_one_address_stop_after_three_a_minute(
    client: PortalClient, applicant: User
) -> None:
    for _ in range(3):
        assert PortalClient().post(SIGN_IN, {"login": applicant.email}).status_code == 302

    response = PortalClient().post(SIGN_IN, {"login": applicant.email})

    assert response.status_code == 429
    assert "Trop de demandes à la fois" in response.content.decode()
    assert len(mail.outbox) == 3


def test_passwords_of_one_account_stop_after_five(applicant: User) -> None:
    _choose_password(applicant)
    for _ in range(5):
        PortalClient().post(PASSWORD, {"login": applicant.email, "password": "faux"})

    client = PortalClient()
    response = client.post(
        PASSWORD, {"login": applicant.email, "password": "quatre mots sans lien"}
    )

    assert "Trop d’essais." in response.content.decode()
    assert not is_signed_in(client)


def test_too_many_sign_ups_from_one_place_get_a_page(client: PortalClient, db: None) -> None:
    for _ in range(20):
        client.post(SIGN_UP, {})

    response = client.post(SIGN_UP, {})

    assert response.status_code == 429
    assert "Trop de demandes à la fois" in response.content.decode()


def test_links_in_messages_never_follow_the_host_header(
    client: PortalClient, db: None, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://sante.example"
    client.post(SIGN_IN, {"login": "rien@exemple.fr"}, headers={"host": "localhost"})

    assert "https://sante.example/compte/creation/" in mail.outbox[-1].body
    assert "localhost" not in mail.outbox[-1].body


def test_address_of_an_account_with_password_changes_after_giving_it(
    client: PortalClient, applicant: User
) -> None:
    _choose_password(applicant)
    client.force_login(applicant)

    asked = client.post("/compte/adresse/", {"email": "neuve@exemple.fr", "action_add": "1"})
    assert asked.url == "/compte/confirmation/mot-de-passe/?next=%2Fcompte%2Fadresse%2F"
    assert mail.outbox == []
    response = client.post(
        asked.url, {"password": "quatre mots sans lien", "next": "/compte/adresse/"}
    )

    assert response.url == CONFIRM
    assert mail.outbox[-1].to == ["neuve@exemple.fr"]


def test_address_of_somebody_else_is_not_told_apart(
    client: PortalClient, applicant: User, other_applicant: User
) -> None:
    client.force_login(applicant)

    response = client.post("/compte/adresse/", {"email": other_applicant.email, "action_add": "1"})

    assert response.url == CONFIRM
    client.post(CONFIRM, {"code": sent_code()})
    assert User.objects.get(pk=applicant.pk).email == "alice@exemple.fr"


def test_signing_out_ends_the_session(client: PortalClient, applicant: User) -> None:
    client.force_login(applicant)

    response = client.post(reverse("account_logout"))

    assert response.url == "/"
    assert not is_signed_in(client)


def _choose_password(user: User) -> None:
    user.set_password("quatre mots sans lien")
    user.save(update_fields=["password"])
