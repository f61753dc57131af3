from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.awards.incompatibility_rows import load_incompatibilities
from apps.casefiles.models import CaseFile
from apps.programmes.internships.models import RuralRule
from apps.territory.models import Commune, Density
from tests.factories.casefiles import START, reference_rows
from tests.factories.internships import duration_band, rural_commune
from tests.support.text import page_text

pytestmark = pytest.mark.django_db
AID = "/aides/stage-rural/"
SIMULATOR = f"{AID}simulateur/"
APPLY = f"{AID}demande/"


@pytest.fixture(autouse=True)
def _november() -> Any:
    with time_machine.travel(START, tick=False):
        yield


@pytest.fixture
def commune() -> Commune:
    reference_rows()
    load_incompatibilities()
    return rural_commune(name="Essai-sur-Loire")


def answers(place: Commune, **others: str) -> dict[str, str]:
    return {
        "commune": place.pk,
        "debut": "2026-11-16",
        "fin": "2027-01-31",
        "aide_ecole": "non",
        "aide_employeur": "non",
        "bourse": "non",
        **others,
    }


def test_aid_page_shows_the_range_the_rule_to_validate_and_the_pieces(
    client: Client, django_assert_num_queries: Any
) -> None:
    reference_rows()
    with django_assert_num_queries(1):
        response = client.get(AID)
    text = page_text(response)
    assert "De 60 € à 200 € par mois" in text
    assert "une délibération le fixe" in text
    assert "à partir du niveau 5 sur 7" in text
    assert "À valider Cette définition est une proposition" in text
    assert "Convention de stage" in text
    assert "Formulaire papier" not in text


def test_aid_page_shows_the_bands_once_they_are_set(client: Client) -> None:
    reference_rows()
    duration_band()
    RuralRule.objects.update(is_validated=True)
    text = page_text(client.get(AID))
    assert "à partir de 30 jours 150 € Délibération d’essai" in text
    assert "À valider" not in text


def test_simulator_without_bands_shows_the_range_of_the_placement(
    client: Client, commune: Commune, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        text = page_text(client.get(SIMULATOR, answers(commune)))
    assert "150 € à 500 €" in text
    assert "Le montant par mois est fixé par délibération." in text
    assert "Commencer ma demande" in text


def test_simulator_with_a_band_explains_each_month(client: Client, commune: Commune) -> None:
    duration_band()
    text = page_text(client.get(SIMULATOR, answers(commune)))
    assert "375 €" in text
    assert "Du 16 au 30 novembre 2026, 15 jours sur 30" in text
    assert "150 € pour un mois complet." in text


def test_simulator_address_can_be_shared(client: Client, commune: Commune) -> None:
    page = client.get(SIMULATOR, answers(commune, aide_ecole="")).text
    assert (
        f'href="?commune={commune.pk}&amp;debut=2026-11-16&amp;fin=2027-01-31'
        '&amp;aide_employeur=non&amp;bourse=non"' in page
    )


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"aide_ecole": "oui"}, "Vous avez « aide de l’école »."),
        ({"aide_employeur": "oui"}, "Vous avez « aide de l’employeur »."),
    ],
)
def test_simulator_with_another_aid_offers_no_request(
    client: Client, commune: Commune, changed: dict[str, str], sentence: str
) -> None:
    text = page_text(client.get(SIMULATOR, answers(commune, **changed)))
    assert "Aide non ouverte" in text
    assert sentence in text
    assert "Commencer ma demande" not in text


def test_simulator_in_a_town_says_why_not(client: Client, commune: Commune) -> None:
    town = rural_commune(name="Ville-sur-Loire", density=Density.LARGE_CENTRE)
    text = page_text(client.get(SIMULATOR, answers(town)))
    assert "Aide non ouverte" in text
    assert "Ville-sur-Loire : grand centre urbain, niveau 1 sur 7." in text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"commune": "Atlantide"}, "Aucune commune du Loiret ne répond à « Atlantide »."),
        ({"debut": "2026-13-45"}, "Le jour est un nombre de 1 à 31"),
        ({"fin": "2026-11-01"}, "Le dernier jour du stage suit le premier."),
        ({"fin": "2199-11-01"}, "Un stage dure 24 mois au plus."),
        (
            {"bourse": "peut-être"},
            "Cette réponse n’est pas dans la liste. Choisissez-en une autre.",
        ),
    ],
)
def test_simulator_nonsense_is_explained(
    client: Client, commune: Commune, changed: dict[str, str], sentence: str
) -> None:
    text = page_text(client.get(SIMULATOR, answers(commune, **changed)))
    assert sentence in text


def test_apply_carries_the_estimate_over(client: Client, commune: Commune, applicant: User) -> None:
    client.force_login(applicant)
    response = client.post(
        f"{APPLY}?commune={commune.pk}&debut=2026-11-16&fin=2027-01-31&aide_ecole=non"
    )
    case_file = CaseFile.objects.get()
    assert response["Location"] == f"/mon-espace/dossiers/{case_file.reference}/"
    detail = case_file.internship_detail
    assert (case_file.commune, str(detail.starts_on)) == (commune, "2026-11-16")
    assert (detail.has_school_aid, detail.has_department_bursary) == (False, None)


def test_apply_signed_out_leads_to_sign_in_and_back(client: Client, commune: Commune) -> None:
    response = client.post(f"{APPLY}?commune={commune.pk}")
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/connexion/?next=%2Faides%2Fstage-rural%2F")


def test_list_of_aids_and_site_map_lead_here(client: Client) -> None:
    for address in ("/aides/", "/plan-du-site/", "/sitemap.xml"):
        assert "/aides/stage-rural/" in client.get(address).text
