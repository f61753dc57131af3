"""The public pages of the bursary, and its form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.awards.models import Session
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.programmes.bursaries.forms import FacultyForm, OtherAidForm, StudiesForm
from tests.factories.bursaries import bursary_file
from tests.factories.casefiles import reference_rows
from tests.support.client import PortalClient
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db

AID = "/aides/bourse-etudes/"
SIMULATOR, APPLY = f"{AID}simulateur/", f"{AID}demande/"


def answers(**others: str) -> dict[str, str]:
    return {
        "etudes": "medecine",
        "parcours": "zagreb",
        "annee": "1",
        "engagement": "oui",
        "autre_aide": "non",
        "date": "2026-11-02",
        **others,
    }


@pytest.fixture
def _rows(db: None) -> None:
    reference_rows()


@pytest.mark.usefixtures("_rows")
def test_aid_page_shows_bounds_totals_pieces_and_the_next_session(
    client: Client, django_assert_num_queries: Any
) -> None:
    Session.objects.create(label="Commission d’essai", held_on=date(2199, 3, 1))
    with django_assert_num_queries(1):
        text = page_text(client.get(AID))
    assert "Les bourses votées en 2023 vont de 1 200 € à 18 000 €." in text
    assert "9 000 € à 18 000 € 54 000 € au plus" in text
    assert "1 200 € à 3 000 € 10 800 € à 18 000 €" in text
    assert "Autre faculté européenne fixé par délibération non publié" in text
    assert "29 bourses votées en 2023, 18 en 2022." in text
    assert "19 bourses de 1 200 € à 3 000 €." in text
    assert "Certificat de scolarité" in text
    assert "Formulaire papier" not in text
    assert "La prochaine commission se tient le 1er mars 2199." in text


def test_aid_page_before_any_rate_says_so(client: Client) -> None:
    text = page_text(client.get(AID))
    assert text.count("fixé par délibération") == 5
    assert "Le guichet établit la liste des pièces." in text


@pytest.mark.usefixtures("_rows")
def test_simulator_shows_the_range_the_cap_and_why(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        text = page_text(client.get(SIMULATOR, answers()))
    assert "1 200 € à 3 000 €" in text
    assert "Sur toute la durée des études : de 10 800 € à 18 000 €." in text
    assert "Faculté de Zagreb (Croatie), 1re année" in text
    assert "Commencer ma demande" in text


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"parcours": "europe-autre"}, "Aucun plafond n’est publié"),
        ({"parcours": "france-externe", "annee": "3"}, "dont une seule d’externe : 4 650 €"),
        ({"etudes": "autre"}, "C’est à confirmer : le guichet vérifie un point"),
        ({"engagement": ""}, "Dites-nous si vous vous engagez"),
        ({"date": "2022-12-31"}, "Montant non fixé à cette date"),
    ],
)
def test_simulator_says_what_is_left_open(
    client: Client, changes: dict[str, str], sentence: str
) -> None:
    assert sentence in page_text(client.get(SIMULATOR, answers(**changes)))


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"engagement": "non"}, "exercer ensuite au moins cinq ans dans le Loiret"),
        ({"date": "2021-10-01"}, "depuis la rentrée 2022"),
    ],
)
def test_simulator_says_no_and_offers_no_request(
    client: Client, changes: dict[str, str], sentence: str
) -> None:
    text = page_text(client.get(SIMULATOR, answers(**changes)))
    assert "Bourse non ouverte" in text
    assert sentence in text
    assert "Commencer ma demande" not in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"etudes": "astrologie"},
            "Cette réponse n’est pas dans la liste. Choisissez-en une autre.",
        ),
        ({"parcours": ""}, "Choisissez une réponse."),
        ({"annee": "zéro"}, "Écrivez un nombre, par exemple 1."),
        ({"annee": "0"}, "Écrivez un nombre d’au moins 1."),
        ({"date": "2026-13-45"}, "Le jour est un nombre de 1 à 31"),
    ],
)
def test_simulator_nonsense_is_explained_and_kept(
    client: Client, changes: dict[str, str], sentence: str
) -> None:
    page = client.get(SIMULATOR, answers(**changes))
    assert sentence in page_text(page)
    if changes.get("annee"):
        assert f'value="{changes["annee"]}"' in page.text


@pytest.mark.usefixtures("_rows")
def test_shared_address_gives_the_same_estimate(client: Client) -> None:
    page = client.get(SIMULATOR, answers())
    shared = (
        "etudes=medecine&amp;parcours=zagreb&amp;annee=1&amp;engagement=oui"
        "&amp;autre_aide=non&amp;date=2026-11-02"
    )
    assert f'href="?{shared}"' in page.text
    again = client.get(f"{SIMULATOR}?{shared.replace('&amp;', '&')}")
    assert page_text(again) == page_text(page)


@pytest.mark.usefixtures("_rows")
def test_apply_carries_the_answers_over(client: PortalClient, applicant: User) -> None:
    client.force_login(applicant)
    page = client.get(APPLY, answers())
    assert "Les réponses de votre estimation seront reprises." in page_text(page)

    client.post(f"{APPLY}?etudes=medecine&parcours=zagreb&annee=1&engagement=oui&autre_aide=non")

    detail = CaseFile.objects.get(applicant=applicant).bursary_detail
    assert (detail.course, detail.track, detail.year_of_study) == ("medecine", "zagreb", 1)
    assert (detail.commits, detail.has_other_aid) == (True, False)


def test_apply_signed_out_leads_to_sign_in_and_back(client: Client) -> None:
    response = client.post(f"{APPLY}?etudes=medecine&parcours=iasi")
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/connexion/?next=%2Faides%2Fbourse-etudes")


def test_form_pages_of_a_draft_open_and_keep_what_is_typed(
    client: PortalClient, applicant: User
) -> None:
    case_file = bursary_file(until=CaseFileState.DRAFT, applicant=applicant)
    client.force_login(applicant)
    base = f"/mon-espace/dossiers/{case_file.reference}/"
    for slug in ("etudes", "faculte", "autres-aides", "engagement"):
        assert client.get(f"{base}etapes/{slug}/").status_code == 200

    wrong = client.post(f"{base}etapes/etudes/", {"course": "medecine", "year_of_study": "douze"})

    assert "Écrivez un nombre, par exemple 1." in page_text(wrong)
    assert 'value="douze"' in wrong.text


def test_other_studies_and_faculties_are_named() -> None:
    with time_machine.travel(date(2026, 11, 2)):
        studies = StudiesForm({"course": "autre", "school_year": "2026", "year_of_study": "1"})
    faculty = FacultyForm({"track": "europe-autre"})
    aid = OtherAidForm({"has_other_aid": "oui"})
    assert plain(studies.errors["other_course"][0]) == "Indiquez quelles études vous suivez."
    assert list(faculty.errors) == ["faculty", "country"]
    assert list(aid.errors) == ["other_aid"]


def test_school_years_offered_surround_today_and_keep_the_one_answered() -> None:
    case_file = bursary_file(until=CaseFileState.DRAFT, school_year=2020)
    with time_machine.travel(date(2026, 11, 2)):
        form = StudiesForm(instance=case_file.bursary_detail)
    choices = [label for _, label in form.fields["school_year"].choices]  # type: ignore[attr-defined]
    assert choices == [f"{year}\u2011{year + 1}" for year in (2020, 2025, 2026, 2027)]
