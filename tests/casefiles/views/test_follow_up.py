from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.http import HttpResponse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.notifications.models import OutgoingEmail
from tests.factories.casefiles import START, ask_corrections, installation_file
from tests.support.client import PortalClient
from tests.support.jobs import queued_jobs, run_jobs
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

NOW = START + timedelta(days=3)


@pytest.fixture
def case_file(applicant: User) -> CaseFile:
    return installation_file(applicant=applicant)


def ask(client: PortalClient, reference: str, email: str = "alice@exemple.fr") -> HttpResponse:
    response: HttpResponse = client.post("/suivi/", {"reference": reference, "email": email})
    return response


def code_sent() -> str:
    """From the mailbox: the portal forgets the code once it is delivered."""
    bodies = [str(sent.body) for sent in mail.outbox if sent.subject == "Votre code de suivi"]
    found = re.search(r"\b\d{6}\b", bodies[-1])
    assert found
    return found.group()


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def open_file(client: PortalClient, case_file: CaseFile) -> HttpResponse:
    ask(client, case_file.reference)
    run_jobs()
    response: HttpResponse = client.post("/suivi/code/", {"code": code_sent()})
    return response


@time_machine.travel(NOW, tick=False)
def test_right_code_opens_the_state_of_the_file(client: PortalClient, case_file: CaseFile) -> None:
    response = open_file(client, case_file)
    assert response["Location"] == "/suivi/dossier/"

    text = page_text(client.get("/suivi/dossier/"))

    assert f"Alice Martin, dossier {case_file.reference}" in text
    assert "Le guichet vérifie votre dossier" in text
    assert "Réponse au plus tard le 2 janvier 2027, dans 58 jours." in text
    assert "Demande déposée" in text


@time_machine.travel(NOW, tick=False)
def test_state_page_says_nothing_else_of_the_person(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = ask_corrections(installation_file(applicant=applicant), by=caseworker)
    open_file(client, case_file)

    response = client.get("/suivi/dossier/")

    content = response.content.decode()
    for private in (
        *("alice@exemple.fr", "12 rue de la Démo", "Masseur", "37 000", "37\u00a0000"),
        *("piece.pdf", "Deux points à revoir", "/courriers/", "Adresse du lieu"),
    ):
        assert private not in content
    assert "Corrigez 2 points" in content
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize(
    ("reference", "email"),
    [("known", "bruno@exemple.fr"), ("INS-2026-00099-6", "alice@exemple.fr")],
)
def test_unknown_pair_gets_the_same_answer_and_no_code(
    client: PortalClient, case_file: CaseFile, reference: str, email: str
) -> None:
    known = ask(client, case_file.reference)
    known_page = client.get("/suivi/code/")
    run_jobs()
    sent = OutgoingEmail.objects.filter(kind="casefile-follow-up-code").count()

    unknown = ask(PortalClient(), case_file.reference if reference == "known" else reference, email)
    other_client = PortalClient()
    ask(other_client, "INS-2026-00099-6", email)
    unknown_page = other_client.get("/suivi/code/")
    run_jobs()

    assert (known.status_code, known["Location"]) == (302, "/suivi/code/")
    assert (unknown.status_code, unknown["Location"]) == (302, "/suivi/code/")
    assert page_text(known_page) == page_text(unknown_page)
    assert "Si ces informations correspondent à un dossier" in page_text(known_page)
    assert OutgoingEmail.objects.filter(kind="casefile-follow-up-code").count() == sent


def test_known_and_unknown_pair_cost_the_same_work(
    case_file: CaseFile, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The file is looked up by the job: the page's time tells nothing."""
    with django_assert_num_queries(8):  # one of them counts the tries
        ask(PortalClient(), case_file.reference)
    with django_assert_num_queries(8):  # one of them counts the tries
        ask(PortalClient(), "INS-2026-00099-6")


def test_job_keeps_no_address(client: PortalClient, case_file: CaseFile) -> None:
    ask(client, case_file.reference, "quelquun@exemple.fr")

    (job,) = ProcrastinateJob.objects.filter(task_name="casefiles.send_follow_up_code")
    assert "quelquun" not in str(job.args)


@pytest.mark.parametrize(
    ("reference", "email", "reason"),
    [
        ("", "", "Indiquez la référence de votre dossier."),
        ("INS-2026-00042-A", "alice@exemple.fr", "Cette référence ne peut pas exister"),
        ("<script>", "alice@exemple.fr", "Cette référence ne peut pas exister"),
        ("INS-2026-00099-6", "alice", "Cette adresse e-mail n’est pas complète"),
    ],
)
def test_form_that_is_wrong_says_why_and_keeps_what_was_typed(
    client: PortalClient, reference: str, email: str, reason: str
) -> None:
    response = ask(client, reference, email)

    assert response.status_code == 200
    assert reason in page_text(response)
    if email:
        assert f'value="{email}"' in response.content.decode()
    assert "casefiles.send_follow_up_code" not in queued_jobs()


@time_machine.travel(NOW, tick=False)
def test_wrong_code_is_refused_then_the_code_closes(
    client: PortalClient, case_file: CaseFile
) -> None:
    ask(client, case_file.reference)
    run_jobs()
    code = code_sent()

    for _ in range(5):
        response = client.post("/suivi/code/", {"code": wrong(code)})
        assert "Ce code n’est pas le bon" in page_text(response)

    # The right one comes too late.
    assert "Ce code n’est pas le bon" in page_text(client.post("/suivi/code/", {"code": code}))
    assert client.get("/suivi/dossier/")["Location"] == "/suivi/"


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567"])
def test_code_of_another_shape_says_so(
    client: PortalClient, case_file: CaseFile, code: str
) -> None:
    ask(client, case_file.reference)

    response = client.post("/suivi/code/", {"code": code})

    text = page_text(response)
    assert "Le code compte 6 chiffres." in text or "Indiquez le code reçu" in text


def test_code_may_be_typed_in_groups(client: PortalClient, case_file: CaseFile) -> None:
    ask(client, case_file.reference)
    run_jobs()
    code = code_sent()

    response = client.post("/suivi/code/", {"code": f"{code[:3]} {code[3:]}"})

    assert response["Location"] == "/suivi/dossier/"


def test_state_closes_after_half_an_hour(client: PortalClient, case_file: CaseFile) -> None:
    with time_machine.travel(NOW, tick=False) as now:
        open_file(client, case_file)
        now.shift(timedelta(minutes=29, seconds=59))
        assert client.get("/suivi/dossier/").status_code == 200
        now.shift(timedelta(seconds=1))
        assert client.get("/suivi/dossier/")["Location"] == "/suivi/"


def test_code_and_state_without_the_steps_before_lead_to_the_start(client: PortalClient) -> None:
    assert client.get("/suivi/code/")["Location"] == "/suivi/"
    assert client.get("/suivi/dossier/")["Location"] == "/suivi/"


def test_state_opens_nothing_else(client: PortalClient, case_file: CaseFile) -> None:
    open_file(client, case_file)

    assert client.get(f"/mon-espace/dossiers/{case_file.reference}/").status_code == 302


def test_fourth_request_within_a_minute_is_asked_to_wait(
    client: PortalClient, case_file: CaseFile
) -> None:
    answers = [ask(client, case_file.reference).status_code for _ in range(4)]

    assert answers == [302, 302, 302, 429]
    # Unknown references are counted alike.
    assert [ask(client, "INS-2026-00099-6").status_code for _ in range(4)] == [302, 302, 302, 429]
