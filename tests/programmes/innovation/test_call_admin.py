"""Staff write a call, look at it, publish it and take it up again, without a developer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.enums import CaseFileState
from apps.programmes.innovation.calls import publish_questions
from apps.programmes.innovation.models import Call, ProposalDetail, Question
from tests.factories.innovation import innovation_staff, proposal_file, running_call
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db
LIST = "/admin/innovation/call/"


def typed(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "year": "2027",
        "presentation": "Un appel.",
        "perimeter": "Le Loiret.",
        "grace_seconds": "60",
        "balance_percent": "20",
        "rules": "Article 1.",
        "largest_amount": "20 000",
        "opens_hour": "9 h",
        "closes_hour": "18:00:30",
        "themes-TOTAL_FORMS": "1",
        "themes-INITIAL_FORMS": "0",
        "themes-0-label": "E-santé",
        "themes-0-position": "1",
        "questions-TOTAL_FORMS": "1",
        "questions-INITIAL_FORMS": "0",
        "questions-0-label": "Quel public ?",
        "questions-0-position": "1",
        "questions-0-kind": "choix",
        "questions-0-options": "Enfants\nAdultes\n",
        "questions-0-is_required": "on",
    }
    days = {"opens_on": "2027-10-01", "closes_on": "2027-11-30"}
    later = {"jury_on": "2027-12-10", "announced_on": "2027-12-17"}
    return {**data, **days, **later, **changes}


def test_head_writes_a_call_with_its_themes_and_questions(as_head: PortalClient) -> None:
    response = as_head.post(f"{LIST}add/", typed())

    assert response.status_code == 302, page_text(response)
    call = Call.objects.get()
    assert call.opens_at == datetime(2027, 10, 1, 7, 0, tzinfo=UTC)
    assert call.closes_at == datetime(2027, 11, 30, 17, 0, 30, tzinfo=UTC)
    assert call.campaign.label == "Appel 2027"
    assert call.campaign.closes_on == date(2027, 11, 30)
    assert call.questions.get().options == ["Enfants", "Adultes"]
    assert not call.is_published


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"closes_on": "2027-09-30"}, "L’appel ferme après son ouverture."),
        ({"jury_on": "2027-11-29"}, "Le jury se réunit après la fermeture de l’appel."),
        ({"closes_hour": "25 h"}, "Écrivez une heure, par exemple 18 h ou 18:00."),
        ({"questions-0-options": "Seul"}, "Écrivez au moins deux réponses possibles."),
        ({"grace_seconds": "601"}, "600"),
    ],
)
def test_nonsense_is_refused_and_what_was_typed_is_kept(
    as_head: PortalClient, changes: dict[str, str], reason: str
) -> None:
    response = as_head.post(f"{LIST}add/", typed(**changes))

    assert response.status_code == 200
    assert reason in page_text(response)
    assert "Le Loiret." in response.text
    assert not Call.objects.exists()


def test_call_is_read_by_staff_then_published(as_head: PortalClient, client: PortalClient) -> None:
    as_head.post(f"{LIST}add/", typed())
    call = Call.objects.get()
    assert "n’est pas publié" in page_text(as_head.get(f"{LIST}{call.pk}/apercu/"))
    assert as_head.get(f"{LIST}{call.pk}/reglement/")["Content-Type"] == "application/pdf"

    response = as_head.post(f"{LIST}{call.pk}/publier/", follow=True)

    assert "« Santé Innovations Loiret 2027 » est publié." in page_text(response)
    assert [fact.label for fact in call.question_sets.get().facts] == ["Quel public ?"]
    assert "Quel public ?" in page_text(client.get("/innovation/2027/"))


def test_call_without_a_perimeter_is_not_published(as_head: PortalClient) -> None:
    as_head.post(f"{LIST}add/", typed(perimeter=""))
    call = Call.objects.get()

    response = as_head.post(f"{LIST}{call.pk}/publier/")

    assert "Il manque le périmètre." in page_text(response)
    call.refresh_from_db()
    assert not call.is_published


def test_a_file_keeps_the_version_of_the_questions_that_it_answers(
    as_head: PortalClient, head: User
) -> None:
    call = running_call(perimeter="Le Loiret.")
    begun = proposal_file(call=call, until=CaseFileState.DRAFT)
    Question.objects.create(call=call, position=3, label="Et ensuite ?")

    response = as_head.post(f"{LIST}{call.pk}/publier/", follow=True)
    later = proposal_file(call=call, until=CaseFileState.DRAFT)

    assert "version 2" in page_text(response)
    versions = [file.innovation_detail.question_set.version for file in (begun, later)]
    assert versions == [1, 2]
    assert publish_questions(call=call, by=head, at=call.closes_at).version == 2


def test_last_year_s_call_is_taken_up_for_another_year(as_head: PortalClient) -> None:
    call = running_call(perimeter="Le Loiret.", grace_seconds=45)

    response = as_head.post(f"{LIST}{call.pk}/copier/", {"year": "2027"}, follow=True)

    assert "Relisez ses dates avant de publier." in page_text(response)
    copied = Call.objects.get(year=2027)
    assert copied.closes_at == datetime(2027, 11, 30, 17, 0, tzinfo=UTC)
    assert (copied.perimeter, copied.grace_seconds) == ("Le Loiret.", 45)
    assert copied.themes.count() == 3
    assert copied.questions.count() == 2
    assert not copied.is_published
    again = as_head.post(f"{LIST}{call.pk}/copier/", {"year": "2027"})
    assert "Il existe déjà un appel pour cette année." in page_text(again)


def test_only_the_head_writes(client: PortalClient) -> None:
    call = running_call()
    client.force_login(innovation_staff(Role.CASEWORKER))

    assert client.get(f"{LIST}{call.pk}/apercu/").status_code == 200
    for act in ("publier", "copier"):
        assert client.post(f"{LIST}{call.pk}/{act}/").status_code == 403
    assert client.post(f"{LIST}add/", typed()).status_code == 403


def test_an_agent_accepts_a_siret_whose_key_is_wrong_and_says_why(client: PortalClient) -> None:
    case_file = proposal_file()
    client.force_login(innovation_staff(Role.CASEWORKER))
    address = f"/admin/innovation/proposaldetail/{case_file.pk}/change/"
    data = {
        "siret": "12345678901234",
        "siret_comment": "",
        "public_outcome": "",
        "indicators-TOTAL_FORMS": "1",
        "indicators-INITIAL_FORMS": "0",
        "indicators-0-label": "Personnes reçues",
        "indicators-0-position": "1",
    }

    refused = client.post(address, data)
    accepted = client.post(address, {**data, "siret_comment": "Vu sur l’avis de l’Insee."})

    assert "dites comment vous l’avez vérifié" in page_text(refused)
    assert accepted.status_code == 302
    detail = ProposalDetail.objects.get(pk=case_file.pk)
    assert detail.siret == "12345678901234"
    assert detail.indicators.get().label == "Personnes reçues"


def test_pages_of_the_call_are_named_in_french(as_head: PortalClient) -> None:
    call = running_call()

    added = page_text(as_head.get(f"{LIST}add/"))
    listed = page_text(as_head.get(LIST))

    assert "Ajouter : appel à projets" in added
    assert "1er octobre 2026 à 9 h" in listed
    changed = as_head.get(f"{LIST}{call.pk}/change/").text
    assert (
        "<title>Santé Innovations Loiret 2026, Appel à projets, Guichet unique</title>" in changed
    )
