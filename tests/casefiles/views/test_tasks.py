from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from tests.factories.casefiles import (
    aided_commune,
    ask_corrections,
    installation_file,
    reference_rows,
)
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

PROFESSION = {
    "profession": "masseur-kinesitherapeute",
    "specialty": "",
    "rpps": "",
    "is_first_installation": "oui",
}


@pytest.fixture
def draft(client: PortalClient, applicant: User) -> CaseFile:
    reference_rows()
    client.force_login(applicant)
    return start_case_file(programme="installation", applicant=applicant)


def address(case_file: CaseFile, slug: str) -> str:
    return reverse("casefiles:task", args=[case_file.reference, slug])


def overview(case_file: CaseFile) -> str:
    return reverse("casefiles:case_file", args=[case_file.reference])


def test_task_saves_then_leads_to_the_next_one(client: PortalClient, draft: CaseFile) -> None:
    response = client.post(address(draft, "profession"), PROFESSION)

    assert response["Location"] == address(draft, "lieu")
    detail = CaseFile.objects.get().installation_detail
    assert (detail.profession, detail.is_first_installation) == ("masseur-kinesitherapeute", True)


def test_task_skips_what_is_done_already(client: PortalClient, applicant: User) -> None:
    case_file = installation_file(
        until=CaseFileState.DRAFT, applicant=applicant, profession="", supervisor=""
    )
    client.force_login(applicant)

    first = client.post(address(case_file, "profession"), PROFESSION)
    last = client.post(address(case_file, "maitre-de-stage"), {"supervisor": "non"})

    assert first["Location"] == address(case_file, "maitre-de-stage")
    assert last["Location"] == overview(case_file)


def test_task_opened_from_the_check_leads_back_to_it(client: PortalClient, applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    client.force_login(applicant)

    response = client.post(
        f"{address(case_file, 'maitre-de-stage')}?retour=verification", {"supervisor": "non"}
    )

    assert response["Location"] == reverse("casefiles:check", args=[case_file.reference])


def test_task_with_errors_keeps_everything_that_was_typed(
    client: PortalClient, draft: CaseFile
) -> None:
    response = client.post(
        address(draft, "lieu"),
        {
            "commune": "Ailleurs-sur-Mer",
            "structure_kind": "msp",
            "structure_name": "Maison <b>d’ici</b>",
            "address": "",
        },
    )

    content = response.content.decode()
    assert response.status_code == 200
    assert "<title>Erreur : Votre lieu d’exercice" in content
    assert 'value="Ailleurs-sur-Mer"' in content
    assert 'value="Maison &lt;b&gt;d’ici&lt;/b&gt;"' in content
    assert 'value="msp" id="id_structure_kind_1" required' not in content
    assert "checked" in content
    text = page_text(response)
    assert "2 réponses sont à corriger" in text
    assert "Aucune commune du Loiret ne répond à « Ailleurs-sur-Mer »." in text
    assert CaseFile.objects.get().installation_detail.structure_name == ""


def test_task_asks_what_an_answer_makes_necessary(client: PortalClient, draft: CaseFile) -> None:
    response = client.post(
        address(draft, "profession"), PROFESSION | {"profession": "medecin-specialiste"}
    )

    assert "Spécialité : Répondez à cette question." in page_text(response)
    assert CaseFile.objects.get().installation_detail.profession == ""


def test_task_marks_as_optional_only_what_is(client: PortalClient, draft: CaseFile) -> None:
    text = page_text(client.get(address(draft, "lieu")))

    assert "Nom du lieu d’exercice (facultatif)" in text
    assert "Adresse du lieu d’exercice (facultatif)" not in text


def test_task_can_be_left_half_filled(client: PortalClient, draft: CaseFile) -> None:
    response = client.post(
        address(draft, "lieu"),
        {"structure_name": "Maison de santé Démo", "pause": "oui"},
    )

    assert response["Location"] == overview(draft)
    assert CaseFile.objects.get().installation_detail.structure_name == "Maison de santé Démo"
    assert "Votre lieu d’exercice Commencée" in page_text(client.get(overview(draft)))


def test_task_left_half_filled_still_refuses_what_is_wrong(
    client: PortalClient, draft: CaseFile
) -> None:
    response = client.post(
        address(draft, "exercice"),
        {
            "starts_on_jour": "31",
            "starts_on_mois": "2",
            "starts_on_annee": "2027",
            "pause": "oui",
        },
    )

    assert response.status_code == 200
    assert 'value="31"' in response.content.decode()


def test_rpps_with_an_unusual_key_warns_without_blocking(
    client: PortalClient, draft: CaseFile
) -> None:
    warning = "La clé de contrôle de ce numéro RPPS est inhabituelle : vérifiez-le."

    response = client.post(
        address(draft, "profession"), PROFESSION | {"rpps": "1000 1766 123"}, follow=True
    )

    assert response.redirect_chain == [(address(draft, "lieu"), 302)]
    assert warning in page_text(response)
    assert CaseFile.objects.get().installation_detail.rpps == "10001766123"
    # It stays said where the number is, and before sending.
    assert warning in page_text(client.get(address(draft, "profession")))
    check = client.get(reverse("casefiles:check", args=[draft.reference]))
    assert f"À vérifier : {warning}" in page_text(check)


def test_commune_that_several_share_is_chosen_on_the_page(
    client: PortalClient, draft: CaseFile
) -> None:
    first = aided_commune(name="Saint-Démo-le-Haut", postcodes=["45998"])
    aided_commune(name="Saint-Démo-le-Bas", postcodes=["45998"])
    place = {"structure_kind": "cabinet", "structure_name": "", "address": "1 rue de la Démo"}

    response = client.post(address(draft, "lieu"), place | {"commune": "45998"})

    assert "Choisissez la commune" in page_text(response)
    chosen = client.post(address(draft, "lieu"), place | {"commune": first.label})
    assert chosen.status_code == 302
    assert CaseFile.objects.get().commune == first


def test_task_of_a_sent_file_is_closed(client: PortalClient, applicant: User) -> None:
    case_file = installation_file(applicant=applicant)
    client.force_login(applicant)

    response = client.post(
        address(case_file, "maitre-de-stage"), {"supervisor": "non"}, follow=True
    )

    assert "Ces réponses ne sont plus modifiables. Écrivez au guichet." in page_text(response)
    assert CaseFile.objects.get().installation_detail.supervisor == "promesse"


def test_correction_opens_only_the_point_asked_with_its_reason(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = ask_corrections(installation_file(applicant=applicant), by=caseworker)
    client.force_login(applicant)

    response = client.get(address(case_file, "lieu"))

    assert "Le guichet vous demande : Il manque le numéro de la rue." in page_text(response)
    assert 'name="address"' in response.content.decode()
    assert 'name="structure_name"' not in response.content.decode()
    assert "pause" not in response.content.decode()

    saved = client.post(
        address(case_file, "lieu"),
        {"address": "14 rue de la Démo", "structure_name": "Autre nom", "structure_kind": "autre"},
    )
    assert saved["Location"] == overview(case_file)
    detail = CaseFile.objects.get().installation_detail
    assert detail.address == "14 rue de la Démo"
    assert (detail.structure_name, detail.structure_kind) == ("Maison de santé Démo", "msp")


def test_correction_cannot_be_emptied(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = ask_corrections(installation_file(applicant=applicant), by=caseworker)
    client.force_login(applicant)

    response = client.post(address(case_file, "lieu"), {"address": " "})

    assert response.status_code == 200
    assert CaseFile.objects.get().installation_detail.address == "1 rue de la Démo"
