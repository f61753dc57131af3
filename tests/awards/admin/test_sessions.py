"""The list of commissions, the page of one, its plan and its document."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.models import Session
from apps.awards.sessions import close_session
from apps.casefiles.enums import EventKind, Outcome
from tests.factories.awards import CLOSED_AT, FOLLOW, listed_item, planned_session
from tests.factories.casefiles import staff_member
from tests.support.client import PortalClient
from tests.support.pdf import pdf_text
from tests.support.text import plain

pytestmark = pytest.mark.django_db

LIST = "/admin/awards/session/"


def page(session: Session, name: str = "change") -> str:
    return reverse(f"admin:awards_session_{name}", args=[session.pk])


def close(session: Session, actor: User) -> None:
    close_session(
        session=session,
        actor=actor,
        deliberation="CP-2026-12-18/D07",
        votes={item.pk: FOLLOW for item in session.items.listed()},
        at=CLOSED_AT,
    )


# --- Who reads, who runs


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        *(("head", 200), ("caseworker", 200), ("committee_member", 200)),
        *(("accountant", 200), ("auditor", 200), ("superuser", 200)),
        *(("editor", 403), ("applicant", 302)),
    ],
)
def test_list_and_page_are_for_the_desk_and_the_committee(
    request: pytest.FixtureRequest,
    client: PortalClient,
    session: Session,
    persona: str,
    status: int,
) -> None:
    client.force_login(request.getfixturevalue(persona))

    assert client.get(LIST).status_code == status
    assert client.get(page(session)).status_code == status


@pytest.mark.parametrize("persona", ["caseworker", "committee_member", "accountant", "auditor"])
@pytest.mark.parametrize("name", ["edit", "remove", "add_files", "votes", "close"])
def test_only_heads_run_a_commission(
    request: pytest.FixtureRequest,
    client: PortalClient,
    session: Session,
    persona: str,
    name: str,
) -> None:
    client.force_login(request.getfixturevalue(persona))

    response = client.get(page(session, name))

    assert response.status_code == 403
    assert "Il faut le rôle « Responsable du guichet »." in response.text


def test_committee_member_reads_the_agenda_of_their_programmes_only(
    client: PortalClient, session: Session, head: User, committee_member: User
) -> None:
    item = listed_item(session=session, actor=head)
    client.force_login(committee_member)
    assert item.case_file.reference in client.get(page(session)).text
    stranger = _committee_member_of("bourse-etudes")
    client.force_login(stranger)

    response = client.get(page(session))

    assert item.case_file.reference not in response.text
    assert item.case_file.applicant_name not in response.text
    assert "1 autre dossier, que vous ne lisez pas" in response.text


def _committee_member_of(programme: str) -> User:
    return staff_member(Role.COMMITTEE_MEMBER, programme)


def test_unknown_session_is_not_found(as_head: PortalClient) -> None:
    assert as_head.get(f"{LIST}999/change/").status_code == 404
    assert as_head.get(f"{LIST}abc/change/").status_code == 404


# --- The page


def test_page_shows_proposals_in_order_with_their_total(
    as_head: PortalClient, session: Session, head: User
) -> None:
    granted = listed_item(session=session, actor=head)
    rejected = listed_item(session=session, actor=head, outcome=Outcome.REJECT)

    text = plain(as_head.get(page(session)).text)

    assert text.index(granted.case_file.reference) < text.index(rejected.case_file.reference)
    assert "Lieu hors des zones aidées." in text
    assert "Masseur-kinésithérapeute" in text
    assert "Total proposé" in text
    assert "37 000 €" in text
    assert "Cette commission se tient le 18 décembre 2026" in text


def test_page_of_an_empty_session_says_what_to_do(as_head: PortalClient, session: Session) -> None:
    text = as_head.get(page(session)).text

    assert "Aucun dossier à l’ordre du jour" in text
    assert page(session, "add_files") in text
    assert page(session, "remove") in text


def test_page_once_closed_gives_the_report_and_what_to_post(
    as_head: PortalClient, session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)
    type(item.case_file).objects.filter(pk=item.case_file_id).update(email="")
    close(session, head)

    text = plain(as_head.get(page(session)).text)

    assert "1 accord pour 37 000 €." in text
    assert "Délibération CP-2026-12-18/D07." in text
    assert "À imprimer et à poster" in text
    assert "Relevé de décisions (PDF)" in text
    assert "Clore la commission" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_as_many_queries_whatever_the_files(
    as_head: PortalClient,
    session: Session,
    head: User,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    for _ in range(count):
        listed_item(session=session, actor=head)
    as_head.get(page(session))

    with django_assert_num_queries(7):
        as_head.get(page(session))


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_whatever_the_sessions(
    as_head: PortalClient, head: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        listed_item(session=planned_session(actor=head), actor=head)
    as_head.get(LIST)

    with django_assert_num_queries(5):
        as_head.get(LIST)


# --- The plan


def test_plan_creates_the_session(as_head: PortalClient) -> None:
    response = as_head.post(
        f"{LIST}add/",
        {
            "label": "Commission permanente de janvier",
            "held_on_jour": "22",
            "held_on_mois": "janvier",
            "held_on_annee": "2027",
            "place": "Orléans",
            "undated_reason": "",
        },
    )

    session = Session.objects.get()
    assert response.headers["Location"] == page(session)
    assert (session.label, session.held_on, session.place) == (
        *("Commission permanente de janvier", date(2027, 1, 22)),
        "Orléans",
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label": "Commission"}, "Indiquez la date, par exemple 14 2 2027."),
        ({"held_on": "2027-01-22"}, "Intitulé"),
        (
            {
                "label": "Commission",
                "held_on_jour": "31",
                "held_on_mois": "2",
                "held_on_annee": "2027",
            },
            "n’existe pas",
        ),
        (
            {"label": "Commission", "held_on": "2027-01-22", "undated_reason": "Inconnue."},
            "La date est connue : laissez ce champ vide.",
        ),
        ({"label": "x" * 121, "held_on": "2027-01-22"}, "120"),
        ({"label": "\x00", "held_on": "zzz"}, "Indiquez aussi"),
    ],
)
def test_plan_with_nonsense_says_what_is_wrong_and_keeps_what_was_typed(
    as_head: PortalClient, typed: dict[str, str], sentence: str
) -> None:
    response = as_head.post(f"{LIST}add/", typed)

    assert response.status_code == 200
    assert sentence in plain(response.text)
    assert not Session.objects.exists()


def test_change_of_day_is_told_to_the_listed_files(
    as_head: PortalClient, session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)
    assert "1 dossier à l’ordre du jour" in as_head.get(page(session, "edit")).text

    as_head.post(page(session, "edit"), {"label": "Reportée", "held_on": "2027-01-15"})

    session.refresh_from_db()
    assert (session.label, session.held_on) == ("Reportée", date(2027, 1, 15))
    assert item.case_file.events.filter(kind=EventKind.HEARING_MOVED).count() == 1


def test_change_of_a_closed_session_is_refused(
    as_head: PortalClient, session: Session, head: User
) -> None:
    listed_item(session=session, actor=head)
    close(session, head)

    response = as_head.post(page(session, "edit"), {"label": "Autre", "held_on": "2027-01-15"})

    assert response.status_code == 409
    assert "Cette commission est déjà close." in response.text


def test_session_planned_by_mistake_is_deleted(as_head: PortalClient, session: Session) -> None:
    as_head.post(page(session, "remove"))

    assert not Session.objects.exists()


def test_session_with_a_file_is_not_deleted(
    as_head: PortalClient, session: Session, head: User
) -> None:
    listed_item(session=session, actor=head)

    response = as_head.post(page(session, "remove"))

    assert response.status_code == 409
    assert "Des dossiers y ont été inscrits" in response.text
    assert Session.objects.exists()


# --- The document


def test_document_before_the_closing_is_the_agenda(
    as_head: PortalClient, session: Session, head: User
) -> None:
    item = listed_item(session=session, actor=head)

    response = as_head.get(page(session, "document"))

    assert response["Content-Type"] == "application/pdf"
    assert "ordre-du-jour-commission-permanente-de-decembre.pdf" in response["Content-Disposition"]
    text = pdf_text(response.content)
    assert "Ordre du jour" in text
    assert item.case_file.reference in text


def test_document_once_closed_is_the_report_that_was_kept(
    as_head: PortalClient, session: Session, head: User
) -> None:
    listed_item(session=session, actor=head)
    close(session, head)

    response = as_head.get(page(session, "document"))

    content = b"".join(response.streaming_content)
    assert "Relevé de décisions" in pdf_text(content)
    assert "CP-2026-12-18/D07" in pdf_text(content)
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_report_about_other_programmes_is_refused(
    client: PortalClient, session: Session, head: User
) -> None:
    listed_item(session=session, actor=head)
    close(session, head)
    client.force_login(_committee_member_of("bourse-etudes"))

    assert client.get(page(session, "document")).status_code == 403
    assert "Demandez-le au responsable du guichet." in client.get(page(session)).text
