"""The jurors' space: declare, read, mark; nothing else than what the phase shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.models import CaseFile, DocumentAccess
from apps.juries.enums import ReviewStatus, ScoresShown
from apps.juries.models import Criterion, Declaration, Juror, Jury, Review
from tests.factories.juries import (
    MEETING_AT,
    READING_AT,
    assign,
    campaign_file,
    declared,
    given_review,
)
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

HOME = "/jury/"


@pytest.fixture(autouse=True)
def _during_the_reading() -> Iterator[None]:
    with time_machine.travel(READING_AT, tick=False):
        yield


@pytest.fixture
def asked(juror: Juror, case_file: CaseFile, client: PortalClient) -> CaseFile:
    assign(juror, case_file)
    client.force_login(juror.user)
    return case_file


def url(case_file: CaseFile, name: str = "file") -> str:
    return reverse(f"juries:{name}", args=[case_file.reference])


def answers(criteria: list[Criterion], *marks: int, **extra: str) -> dict[str, str]:
    typed = {f"note_{item.pk}": str(mark) for item, mark in zip(criteria, marks, strict=False)}
    return {"version": "0", "jury_comment": "", "owner_comment": "", **typed, **extra}


def test_visitor_signs_in_and_others_read_why_not(client: PortalClient, applicant: User) -> None:
    assert client.get(HOME).status_code == 302

    client.force_login(applicant)
    response = client.get(HOME)

    assert response.status_code == 403
    assert "réservée aux membres d’un jury" in page_text(response)


def test_home_says_what_is_left(client: PortalClient, asked: CaseFile) -> None:
    text = page_text(client.get(HOME))

    assert "Lecture, jusqu’au 30 novembre 2026" in text
    assert "Lectures rendues : 0 sur 1." in text
    assert "Projet 1 rue de la Démo" in text
    assert "À déclarer" in text


def test_declaration_comes_before_the_project(client: PortalClient, asked: CaseFile) -> None:
    before = page_text(client.get(url(asked)))
    assert "Avez-vous un lien" in before
    assert "Aller aux notes" not in before

    response = client.post(url(asked), {"answer": "aucun", "reason": "oublié"})
    assert response.status_code == 302
    assert Declaration.objects.get().reason == ""
    assert "Aller aux notes" in page_text(client.get(url(asked)))


def test_declaration_asks_for_an_answer(client: PortalClient, asked: CaseFile) -> None:
    response = client.post(url(asked), {})

    assert "Répondez avant de lire le projet" in page_text(response)
    assert not Declaration.objects.exists()


def test_conflict_closes_every_address(client: PortalClient, asked: CaseFile) -> None:
    declared_url = url(asked)
    response = client.post(declared_url, {"answer": "conflit", "reason": "Associé"})

    assert response["Location"] == HOME
    assert "Projet 1 rue" not in page_text(client.get(HOME))
    for name in ("file", "conflict"):
        assert client.get(url(asked, name)).status_code == 404
    assert client.post(url(asked, "reopen")).status_code == 404


def test_conflict_declared_after_reading(
    client: PortalClient, asked: CaseFile, juror: Juror
) -> None:
    given_review(juror, asked)

    response = client.post(url(asked, "conflict"), {"reason": ""})

    assert response["Location"] == HOME
    assert Review.objects.get().status == ReviewStatus.VOID


def test_draft_is_kept_then_given(
    client: PortalClient, asked: CaseFile, juror: Juror, criteria: list[Criterion]
) -> None:
    declared(juror, asked)

    kept = client.post(url(asked), answers(criteria, 4, jury_comment="Solide", garder=""))
    assert kept["Location"] == url(asked)
    assert "Brouillon du 12 novembre 2026" in page_text(client.get(url(asked)))

    given = client.post(url(asked), answers(criteria, 4, 5, version="1", rendre=""))
    assert given["Location"] == HOME
    review = Review.objects.get()
    assert (review.status, str(review.mark), review.jury_comment) == ("final", "14.0000", "")
    assert "14,00 sur 20" in page_text(client.get(url(asked)))


def test_missing_mark_is_named_and_what_was_typed_stays(
    client: PortalClient, asked: CaseFile, juror: Juror, criteria: list[Criterion]
) -> None:
    declared(juror, asked)

    response = client.post(url(asked), answers(criteria, 4, owner_comment="Continuez", rendre=""))

    assert response.status_code == 409
    assert "Faisabilité : donnez une note, ou abstenez-vous." in page_text(response)
    assert "Continuez" in response.text
    assert not Review.objects.exists()


def test_second_tab_is_told(
    client: PortalClient, asked: CaseFile, juror: Juror, criteria: list[Criterion]
) -> None:
    declared(juror, asked)
    client.post(url(asked), answers(criteria, 4, garder=""))

    response = client.post(url(asked), answers(criteria, 1, jury_comment="Autre", garder=""))

    assert response.status_code == 409
    assert "a changé depuis que vous avez ouvert cette page" in page_text(response)
    again = client.post(url(asked), answers(criteria, 1, version="1", garder=""))
    assert again.status_code == 302
    assert Review.objects.get().scores.get().value == 1


@pytest.mark.parametrize(
    "typed", [{"version": "x"}, {"version": ""}, {"is_abstention": "?"}, {"jury_comment": "\x00"}]
)
def test_nonsense_is_refused_in_words(
    client: PortalClient,
    asked: CaseFile,
    juror: Juror,
    criteria: list[Criterion],
    typed: dict[str, str],
) -> None:
    declared(juror, asked)
    wrong = {f"note_{criteria[0].pk}": "99", **typed}

    response = client.post(url(asked), {**answers(criteria), **wrong})

    assert response.status_code == 200
    assert "La note va de 0 à 5" in page_text(response)
    assert not Review.objects.exists()


def test_abstention_needs_no_mark(
    client: PortalClient, asked: CaseFile, juror: Juror, criteria: list[Criterion]
) -> None:
    declared(juror, asked)

    client.post(url(asked), answers(criteria, is_abstention="on", rendre=""))

    review = Review.objects.get()
    assert (review.status, review.mark, review.is_abstention) == ("final", None, True)
    assert "abstention." in page_text(client.get(url(asked)))


def test_given_review_is_taken_back(client: PortalClient, asked: CaseFile, juror: Juror) -> None:
    given_review(juror, asked)

    client.post(url(asked, "reopen"))

    review = Review.objects.get()
    assert (review.status, review.mark, review.version) == ("draft", None, 2)
    assert review.scores.count() == 2


def test_pieces_open_after_the_declaration_and_are_noted(
    client: PortalClient, asked: CaseFile, juror: Juror
) -> None:
    document = asked.documents.select_related("file").first()
    assert document is not None
    address = reverse("juries:piece", args=[asked.reference, document.file_id])
    assert client.get(address).status_code == 404

    declared(juror, asked)
    opened = client.get(address)
    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    assert DocumentAccess.objects.get().user == juror.user


def test_anonymous_reading_names_nobody(
    client: PortalClient, asked: CaseFile, juror: Juror, jury: Jury
) -> None:
    jury.phases.update(is_anonymous=True)
    declared(juror, asked)
    named = asked.documents.exclude(kind__slug="diplome").select_related("file").first()
    assert named is not None

    for address in (HOME, url(asked)):
        response = client.get(address)
        assert asked.last_name not in response.text
        assert "Maison de santé Démo" not in response.text
    closed = reverse("juries:piece", args=[asked.reference, named.file_id])
    assert client.get(closed).status_code == 404
    diploma = asked.documents.get(kind__slug="diplome")
    opened = client.get(reverse("juries:piece", args=[asked.reference, diploma.file_id]))
    assert "piece.pdf" not in opened["Content-Disposition"]
    opened.close()


def test_file_that_was_not_asked_is_not_found(
    client: PortalClient, asked: CaseFile, caseworker: User
) -> None:
    other = campaign_file(asked.campaign, caseworker=caseworker)

    assert client.get(url(other)).status_code == 404


@pytest.mark.parametrize(
    ("shown", "own_given", "expected"),
    [
        (ScoresShown.OWN, True, False),
        (ScoresShown.AFTER_OWN, False, False),
        (ScoresShown.AFTER_OWN, True, True),
        (ScoresShown.ALL, False, True),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_phase_says_whose_marks_and_names_are_shown(
    client: PortalClient,
    asked: CaseFile,
    juror: Juror,
    other_juror: Juror,
    *,
    shown: str,
    own_given: bool,
    named: bool,
    expected: bool,
) -> None:
    jury = juror.jury
    jury.phases.update(scores_shown=shown, shows_juror_names=named)
    given_review(other_juror, asked, 1, 1, jury_comment="À revoir")
    if own_given:
        given_review(juror, asked)
    else:
        declared(juror, asked)

    text = page_text(client.get(url(asked)))

    assert ("3,33 sur 20" in text) is expected
    assert ("À revoir" in text) is expected
    assert ("Deuxième" in text) is (expected and named)


def test_ranking_is_shown_in_the_meeting_when_the_phase_says_so(
    client: PortalClient, asked: CaseFile, juror: Juror, jury: Jury, caseworker: User
) -> None:
    given_review(juror, asked)
    address = reverse("juries:ranking", args=[jury.pk])
    jury.phases.update(scores_shown=ScoresShown.ALL)
    assert client.get(address).status_code == 404

    with time_machine.travel(MEETING_AT, tick=False):
        client.force_login(juror.user)
        text = page_text(client.get(address))
        assert "20,00" in text
        assert "Lire le classement" in page_text(client.get(HOME))
        jury.phases.update(scores_shown=ScoresShown.AFTER_OWN)
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_the_same_queries_for_any_number_of_files(
    client: PortalClient,
    juror: Juror,
    caseworker: User,
    count: int,
    django_assert_num_queries: object,
) -> None:
    for number in range(count):
        file = campaign_file(juror.jury.campaign, title=f"Projet {number}", caseworker=caseworker)
        assign(juror, file)
    client.force_login(juror.user)
    client.get(HOME)

    with django_assert_num_queries(11):  # type: ignore[operator]
        assert client.get(HOME).status_code == 200


def test_what_was_left_empty_is_said(client: PortalClient, asked: CaseFile, juror: Juror) -> None:
    detail = asked.installation_detail
    detail.address = ""
    detail.save(update_fields=["address"])
    declared(juror, asked)

    assert "Lieu non renseigné" in page_text(client.get(url(asked)))
