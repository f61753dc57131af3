"""The pages of a signed link: what a third person sees, types and is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from apps.awards.attestation_links import disown
from apps.awards.models import Attestation, AttestationLink
from apps.casefiles.models import CaseFile
from tests.factories.internships import (
    ASKED_AT,
    active_internship,
    duration_band,
    rural_commune,
    sent_link,
)
from tests.support.client import PortalClient
from tests.support.jobs import run_jobs
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(ASKED_AT, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module", autouse=True)
def active(module_transaction: None) -> CaseFile:
    duration_band()
    with time_machine.travel(ASKED_AT, tick=False):
        return active_internship(commune=rural_commune(name="Patay"))


@pytest.fixture
def case_file(active: CaseFile, db: None) -> CaseFile:
    return CaseFile.objects.get(pk=active.pk)


@pytest.fixture
def address(case_file: CaseFile) -> str:
    return f"/presence/{sent_link(case_file)[1]}/"


def open_link(client: PortalClient, address: str) -> None:
    """Ask for the code, read it in the mailbox, type it."""
    assert client.post(address)["Location"] == f"{address}code/"
    run_jobs()
    (sent,) = [sent for sent in mail.outbox if sent.subject.startswith("Votre code")]
    code = re.search(r"\b\d{6}\b", str(sent.body))
    assert code
    response = client.post(f"{address}code/", {"code": code.group()})
    assert response["Location"] == f"{address}mois/"


def answer(client: PortalClient, address: str, **data: str) -> Any:
    month = CaseFile.objects.get().instalments.get(rank=1)
    return client.post(f"{address}mois/", {"month": str(month.pk), **data}, follow=True)


def test_link_shows_a_first_name_an_initial_and_a_place_only(
    client: PortalClient, address: str
) -> None:
    response = client.get(address)
    text = page_text(response)

    assert "Présence à confirmer : Alice M." in text
    assert "à Patay" in text
    case_file = CaseFile.objects.get()
    for private in ("Martin", case_file.reference, case_file.email, "75", "Démo", "tuteur@"):
        assert private not in text, private
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert 'content="noindex"' in response.text


def test_tutor_confirms_a_month(client: PortalClient, address: str) -> None:
    open_link(client, address)
    page = page_text(client.get(f"{address}mois/"))
    assert "Alice M. : Stage, du 16 au 30 novembre 2026" in page
    assert "Stage à Patay." in page
    assert "75" not in page

    done = page_text(answer(client, address, presence="whole"))

    assert "C’est noté. Merci." in done
    assert "Tout est confirmé, merci" in done
    assert "Présence tout le mois" in done
    assert Attestation.objects.get().given_by == "Thomas Tuteur"


def test_months_wait_behind_the_code(client: PortalClient, address: str) -> None:
    assert client.get(f"{address}mois/")["Location"] == address
    assert client.post(f"{address}mois/", {"presence": "whole"})["Location"] == address
    assert not Attestation.objects.exists()


def test_code_opens_for_half_an_hour_and_in_one_browser(
    client: PortalClient, address: str, clock: Any
) -> None:
    open_link(client, address)
    assert PortalClient().get(f"{address}mois/").status_code == 302
    clock.shift(timedelta(minutes=30))
    assert client.get(f"{address}mois/").status_code == 302


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "Indiquez le code reçu par e-mail."),
        ("12345", "Le code compte 6 chiffres."),
        ("abcdef", "Le code compte 6 chiffres."),
        ("000000", "Ce code n’est pas le bon, ou il n’est plus valable."),
    ],
)
def test_wrong_code_is_explained(
    client: PortalClient, address: str, code: str, sentence: str
) -> None:
    client.post(address)
    assert sentence in page_text(client.post(f"{address}code/", {"code": code}))
    assert client.get(f"{address}mois/").status_code == 302


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choisissez une des trois réponses."),
        (
            {"presence": "perhaps"},
            "Cette réponse n’est pas dans la liste. Choisissez-en une autre.",
        ),
        ({"presence": "part"}, "Indiquez le nombre de jours de présence."),
        ({"presence": "part", "days": "douze"}, "Écrivez un nombre de jours, par exemple 12."),
        ({"presence": "part", "days": "31"}, "Le nombre de jours va de 1 à 30."),
        ({"presence": "whole", "days": "3"}, "ou laissez ce champ vide"),
    ],
)
def test_answer_that_makes_no_sense_is_explained_and_kept(
    client: PortalClient, address: str, data: dict[str, str], sentence: str
) -> None:
    open_link(client, address)
    response = answer(client, address, comment="Un mot", **data)
    assert sentence in page_text(response)
    assert "Un mot" in response.text
    assert not Attestation.objects.exists()


def test_answer_from_a_second_tab_is_told_that_the_month_is_confirmed(
    client: PortalClient, address: str
) -> None:
    open_link(client, address)
    answer(client, address, presence="whole")

    again = page_text(answer(client, address, presence="absent"))

    assert "Ce mois est déjà confirmé. Pour changer une réponse, appelez le guichet." in again
    assert Attestation.objects.get().presence == "whole"


@pytest.mark.parametrize("month", ["", "abc", "0", "999999999"])
def test_nonsense_month_changes_nothing(client: PortalClient, address: str, month: str) -> None:
    open_link(client, address)
    response = client.post(f"{address}mois/", {"month": month, "presence": "whole"}, follow=True)
    assert response.status_code == 200
    assert not Attestation.objects.exists()


def test_two_months_are_asked_one_after_the_other(
    client: PortalClient, address: str, clock: Any
) -> None:
    clock.shift(timedelta(days=31))
    later = f"/presence/{sent_link(CaseFile.objects.get(), at=ASKED_AT + timedelta(days=31))[1]}/"
    open_link(client, later)
    first = page_text(client.get(f"{later}mois/"))
    assert "novembre 2026" in first
    assert "Il restera ensuite 1 mois à confirmer." in first

    second = page_text(answer(client, later, presence="part", days="9"))

    assert "Alice M. : Stage, décembre 2026" in second
    assert "Présence une partie du mois, 9 jours" in second


@pytest.mark.parametrize("path", ["", "code/", "mois/", "pas-moi/", "nouveau/"])
@pytest.mark.parametrize("token", ["x", "a" * 43, "%C3%A9", "a" * 3000])
def test_every_nonsense_token_gets_the_same_answer_in_the_same_way(
    client: PortalClient, address: str, token: str, path: str, django_assert_num_queries: Any
) -> None:
    known_bad = client.get("/presence/inconnu/")
    for method in (client.get, client.post):
        with django_assert_num_queries(1):
            response = method(f"/presence/{token}/{path}")
        assert response.status_code == 404
        assert page_text(response) == page_text(known_bad)
    assert "Ce lien n’existe pas" in page_text(known_bad)


def test_not_me_closes_the_link_and_says_thank_you(client: PortalClient, address: str) -> None:
    assert "nous ne vous écrirons plus" in page_text(client.get(f"{address}pas-moi/"))
    assert not AttestationLink.objects.filter(disowned_at__isnull=False).exists()

    response = client.post(f"{address}pas-moi/", follow=True)

    assert "C’est noté, merci" in page_text(response)
    assert "Alice" not in page_text(response)


def test_expired_link_offers_a_new_one(client: PortalClient, address: str, clock: Any) -> None:
    clock.shift(timedelta(days=30))
    assert "Ce lien n’est plus valable" in page_text(client.get(address))
    assert "Recevoir un nouveau lien" in page_text(client.post(f"{address}code/", {"code": "1"}))

    response = client.post(f"{address}nouveau/")

    assert "Un nouveau lien est parti" in page_text(response)
    assert AttestationLink.objects.count() == 2


def test_open_link_is_not_renewed(client: PortalClient, address: str) -> None:
    assert "encore valable" in page_text(client.post(f"{address}nouveau/"))
    assert AttestationLink.objects.count() == 1


def test_link_of_a_file_without_a_month_left_says_so(
    client: PortalClient, address: str, clock: Any
) -> None:
    open_link(client, address)
    answer(client, address, presence="whole")
    clock.shift(timedelta(days=30))
    assert "Aucun mois n’attend de confirmation." in page_text(client.post(f"{address}nouveau/"))


def test_disowned_link_opens_nothing_even_with_its_code(client: PortalClient, address: str) -> None:
    open_link(client, address)
    disown(link=AttestationLink.objects.get())
    assert "Ce lien est fermé." in page_text(client.get(f"{address}mois/"))


def test_codes_are_throttled(client: PortalClient, address: str) -> None:
    statuses = [client.post(address).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]


def test_page_of_months_takes_few_queries(
    client: PortalClient, address: str, django_assert_num_queries: Any
) -> None:
    open_link(client, address)
    with django_assert_num_queries(7):
        client.get(f"{address}mois/")
