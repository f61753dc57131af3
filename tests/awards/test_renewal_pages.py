"""The renewal as its beneficiary meets it: announced on the file's page, sent from one page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import CommitmentStatus, RenewalStatus
from apps.awards.models import Commitment, Renewal
from apps.awards.reference_rows import load_award_terms
from apps.awards.renewal_decisions import return_renewal
from apps.awards.renewals import record_graduation
from apps.awards.tasks import follow_renewals
from apps.notifications.models import OutgoingEmail
from tests.factories.bursaries import (
    OPENED_AT,
    PROPOSED_AT,
    SENT_AT,
    bursary_staff,
    granted_bursary,
    opened_renewal,
    proposed,
    refused,
    renewal_round,
    renewed,
    sent,
)
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_september")]


@pytest.fixture
def _in_september() -> Any:
    with time_machine.travel(SENT_AT):
        yield


@pytest.fixture
def head(db: None) -> User:
    return bursary_staff(Role.HEAD)


@pytest.fixture
def renewal(head: User) -> Renewal:
    load_award_terms()
    return opened_renewal(head=head)


@pytest.fixture
def as_student(client: PortalClient, renewal: Renewal) -> PortalClient:
    client.force_login(renewal.case_file.applicant)
    return client


def file_url(renewal: Renewal) -> str:
    return f"/mon-espace/dossiers/{renewal.case_file.reference}/"


def url(renewal: Renewal) -> str:
    return f"{file_url(renewal)}renouvellement/2027/"


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "situation": "continues",
        "year_of_study": "2",
        "track": "zagreb",
        "has_other_aid": "non",
        "certificate": SimpleUploadedFile("certificat.pdf", pdf_bytes(), "application/pdf"),
        **changes,
    }


def test_file_s_page_asks_for_the_renewal_first(as_student: PortalClient, renewal: Renewal) -> None:
    page = as_student.get(file_url(renewal))

    text = page_text(page)
    assert "Renouveler pour 2027-2028" in text
    assert f'href="{url(renewal)}"' in page.text
    assert "À renvoyer avant le 15 octobre 2027." in text


def test_page_shows_last_year_and_suggests_the_next(
    as_student: PortalClient, renewal: Renewal
) -> None:
    page = as_student.get(url(renewal))

    text = page_text(page)
    assert "Vos réponses de l’an dernier" in text
    assert "Faculté de Zagreb (Croatie)" in text
    assert 'name="year_of_study" value="2"' in page.text
    assert "Certificat de scolarité 2027-2028" in text


def test_renewal_is_sent_with_its_certificate(as_student: PortalClient, renewal: Renewal) -> None:
    response = as_student.post(url(renewal), answers(), follow=True)

    assert "Votre renouvellement est envoyé." in response.text
    assert "En cours d’étude" in page_text(response)
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.SENT
    assert renewal.answers["year_of_study"] == 2
    downloaded = as_student.get(f"{url(renewal)}justificatif/")
    assert downloaded["Content-Type"] == "application/pdf"
    assert downloaded.getvalue().startswith(b"%PDF")
    assert as_student.get(url(renewal)).status_code == 302


def test_graduate_answers_no_question_but_the_day(
    as_student: PortalClient, renewal: Renewal
) -> None:
    wrong = as_student.post(url(renewal), answers(situation="graduated", year_of_study=""))
    assert "Indiquez la date du diplôme." in wrong.text

    as_student.post(
        url(renewal),
        answers(situation="graduated", graduated_on="2027-09-10", year_of_study="", track=""),
    )
    renewal.refresh_from_db()
    assert (renewal.status, renewal.situation) == (RenewalStatus.SENT, "graduated")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"situation": ""}, "Dites où vous en êtes."),
        ({"year_of_study": "deux"}, "Écrivez un nombre, par exemple 1."),
        ({"year_of_study": "99"}, "Écrivez un nombre d’au plus 12."),
        ({"track": "lune"}, "Cette réponse n’est pas dans la liste. Choisissez-en une autre."),
        ({"track": "europe-autre"}, "Indiquez le pays de votre faculté."),
        ({"has_other_aid": "oui"}, "Indiquez le nom de cette aide et son montant."),
        ({"certificate": ""}, "Joignez le justificatif."),
        (
            {"certificate": SimpleUploadedFile("photo.pdf", b"nothing", "application/pdf")},
            "« photo.pdf »",
        ),
    ],
)
def test_nonsense_is_explained_and_kept(
    as_student: PortalClient, renewal: Renewal, changes: dict[str, Any], sentence: str
) -> None:
    response = as_student.post(url(renewal), answers(**changes))

    assert response.status_code == 200
    if "photo.pdf" not in sentence:
        assert sentence in page_text(response)
    assert Renewal.objects.get(pk=renewal.pk).status == RenewalStatus.TO_DO


def test_given_back_it_says_what_is_missing_and_keeps_the_answers(
    as_student: PortalClient, renewal: Renewal
) -> None:
    sent(renewal, year_of_study=4)
    return_renewal(
        renewal=renewal,
        actor=bursary_staff(Role.CASEWORKER),
        reason="Le certificat est illisible.",
        at=PROPOSED_AT,
    )

    page = as_student.get(url(renewal))
    assert "Le certificat est illisible." in page_text(page)
    assert 'name="year_of_study" value="4"' in page.text
    assert as_student.post(url(renewal), answers(certificate="")).status_code == 302


def test_granted_year_is_told_with_its_amount(
    as_student: PortalClient, renewal: Renewal, head: User
) -> None:
    renewed(renewal, head=head)
    text = page_text(as_student.get(file_url(renewal)))
    assert "2 500 € de plus, décidés le 15 octobre 2027" in text
    assert "délibération CP-2027-10-15/B02" in text
    assert "Avec les années accordées depuis, votre aide atteint 5 500 €." in text


@pytest.mark.parametrize("practises", [False, True])
def test_graduate_reads_when_the_commitment_begins_until_it_has_begun(
    as_student: PortalClient, renewal: Renewal, head: User, practises: bool
) -> None:
    case_file = renewal.case_file
    day = date(2027, 9, 10)
    record_graduation(case_file=case_file, actor=head, graduated_on=day, at=SENT_AT)
    if practises:
        Commitment.objects.filter(case_file=case_file).update(
            status=CommitmentStatus.RUNNING, started_on=day
        )

    text = page_text(as_student.get(file_url(renewal)))

    assert "Votre diplôme du 10 septembre 2027 est enregistré" in text
    assert ("Votre engagement commence à votre premier jour d’exercice." in text) is not practises


def test_proposal_is_not_told_before_the_decision(
    as_student: PortalClient, renewal: Renewal
) -> None:
    proposed(renewal)
    text = page_text(as_student.get(file_url(renewal)))
    assert "2 500 €" not in text
    assert "Renouvellement proposé" not in text


def test_refused_year_is_told_with_its_reason_and_how_to_contest(
    as_student: PortalClient, renewal: Renewal, head: User
) -> None:
    refused(renewal, head=head)
    text = page_text(as_student.get(file_url(renewal)))
    assert "Année non validée." in text
    assert "Vous avez deux mois pour contester" in text


@pytest.mark.parametrize("page", ["", "justificatif/"])
def test_renewal_of_somebody_else_does_not_exist(
    client: PortalClient, renewal: Renewal, other_applicant: User, page: str
) -> None:
    client.force_login(other_applicant)
    assert client.get(f"{url(renewal)}{page}").status_code == 404


def test_year_without_renewal_and_certificate_not_sent_are_not_found(
    as_student: PortalClient, renewal: Renewal
) -> None:
    assert as_student.get(f"{file_url(renewal)}renouvellement/2031/").status_code == 404
    assert as_student.get(f"{url(renewal)}justificatif/").status_code == 404


def test_nightly_job_opens_and_reminds_and_may_run_twice(head: User) -> None:
    granted_bursary(head=head)
    renewal_round(due_on=OPENED_AT.date())
    with time_machine.travel(OPENED_AT):
        follow_renewals(timestamp=0)
        follow_renewals(timestamp=0)

    kinds = OutgoingEmail.objects.filter(kind__startswith="renewal").order_by("pk")
    assert [email.kind for email in kinds] == ["renewal-opened", "renewal-reminder"]
