from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.awards.models import Session
from apps.casefiles.models import CaseFile, DocumentKind, Rate
from apps.core import clock
from apps.territory.models import Commune
from tests.factories.awards import voted_envelope
from tests.factories.casefiles import aided_commune, reference_rows
from tests.support.text import page_text

pytestmark = pytest.mark.django_db
SIMULATOR = "/aides/installation/simulateur/"
APPLY = "/aides/installation/demande/"


@pytest.fixture
def commune() -> Commune:
    reference_rows()
    return aided_commune(name="Essai-sur-Loire")


def answers(place: Commune, **others: str) -> dict[str, str]:
    return {
        "profession": "masseur-kinesitherapeute",
        "commune": place.pk,
        "date": "2026-11-02",
        "maitre_de_stage": "non",
        "premiere_installation": "oui",
        "aide_ars": "non",
        **others,
    }


def test_aid_page_shows_amounts_pieces_and_the_next_session(
    client: Client, django_assert_num_queries: Any
) -> None:
    reference_rows()
    Session.objects.create(label="Commission d’essai", held_on=date(2199, 3, 1))
    with django_assert_num_queries(1):
        page = client.get("/aides/installation/").text
    assert "35\u00a0000\u00a0€" in page
    assert page.count("fixé par délibération") == 7
    assert "Diplôme d’État" in page
    assert "La prochaine commission se tient le 1er\u00a0mars\u00a02199." in page
    assert "Budget" not in page


def test_aid_page_tells_what_is_left_in_words(
    client: Client, head: User, django_assert_num_queries: Any
) -> None:
    reference_rows()
    voted_envelope(4321, actor=head, year=clock.today().year)
    with django_assert_num_queries(1):
        page = client.get("/aides/installation/")
    assert f"Budget {clock.today().year} : Il reste assez" in page_text(page)
    assert "4\u00a0321" not in page.text


def test_simulator_unset_rate_shows_the_published_range(client: Client, commune: Commune) -> None:
    page = client.get(SIMULATOR, answers(commune, profession="pharmacien")).text
    assert "7\u00a0000\u00a0€ à 35\u00a0000\u00a0€" in page
    assert "le montant est fixé par délibération" in page
    assert "il n’existe pas de zonage officiel" in page


def test_simulator_before_2023_leaves_the_amount_unset(client: Client, commune: Commune) -> None:
    page = client.get(SIMULATOR, answers(commune, date="2022-12-31")).text
    assert "Montant non fixé à cette date" in page
    assert "Commencer ma demande" in page


def test_simulator_not_a_first_installation_says_no_and_offers_no_request(
    client: Client, commune: Commune
) -> None:
    page = client.get(SIMULATOR, answers(commune, premiere_installation="non")).text
    assert "Aide non ouverte" in page
    assert "L’aide est réservée à une première installation." in page
    assert "Commencer ma demande" not in page


def test_simulator_reads_all_at_once(
    client: Client, commune: Commune, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        client.get(SIMULATOR, answers(commune))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"profession": "astronaute"},
            "Cette réponse n’est pas dans la liste. Choisissez-en une autre.",
        ),
        ({"commune": "Atlantide"}, "Aucune commune du Loiret ne répond à « Atlantide »."),
        ({"date": "2026-13-45"}, "Le jour est un nombre de 1 à 31"),
    ],
)
def test_simulator_nonsense_is_explained_and_kept(
    client: Client, commune: Commune, changed: dict[str, str], sentence: str
) -> None:
    page = client.get(SIMULATOR, answers(commune, **changed)).text.replace("\u00a0", " ")
    assert sentence in page
    if "commune" in changed:
        assert 'value="Atlantide"' in page


def test_apply_signed_out_leads_to_sign_in_and_back(client: Client, commune: Commune) -> None:
    response = client.post(f"{APPLY}?profession=pharmacien&commune={commune.pk}")
    assert response.status_code == 302
    assert response["Location"] == (
        "/compte/connexion/?next=%2Faides%2Finstallation%2Fdemande%2F%3Fprofession%3Dpharmacien"
        f"%26commune%3D{commune.pk}"
    )


def test_apply_signed_in_carries_the_estimate_over(
    client: Client, commune: Commune, applicant: User
) -> None:
    client.force_login(applicant)
    response = client.post(
        f"{APPLY}?profession=masseur-kinesitherapeute&commune={commune.pk}"
        "&maitre_de_stage=promesse&premiere_installation=oui"
    )
    case_file = CaseFile.objects.get()
    assert response["Location"] == f"/mon-espace/dossiers/{case_file.reference}/"
    detail = case_file.installation_detail
    assert (detail.profession, case_file.commune) == ("masseur-kinesitherapeute", commune)
    assert (detail.supervisor, detail.is_first_installation) == ("promesse", True)
    assert detail.has_other_aid is None


def test_apply_twice_opens_one_file(client: Client, commune: Commune, applicant: User) -> None:
    client.force_login(applicant)
    first, second = client.post(APPLY), client.post(APPLY)
    assert first["Location"] == second["Location"]
    assert CaseFile.objects.count() == 1
    assert "Reprendre ma demande" in client.get(APPLY).text


def test_aid_page_shows_each_change_at_once(client: Client, head: User) -> None:
    """Its words are kept by their facts: nothing is ever shown that is no longer true."""
    reference_rows()
    before = page_text(client.get("/aides/installation/"))

    Rate.objects.filter(code="base:medecin-generaliste").update(amount=9000)
    DocumentKind.objects.filter(slug="bail").update(label="Bail d’essai")
    voted_envelope(4321, actor=head, year=clock.today().year)
    Session.objects.create(label="Commission d’essai", held_on=date(2199, 3, 1))
    after = page_text(client.get("/aides/installation/"))

    for words in ("9 000 €", "Bail d’essai", "Il reste assez", "1er mars 2199"):
        assert words in after
        assert words not in before
