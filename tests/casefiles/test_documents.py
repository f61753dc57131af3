from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.corrections import Point, request_changes
from apps.casefiles.documents import (
    DocumentRow,
    PieceStatus,
    add_documents,
    document_rows,
    promise_document,
    remove_document,
    review_document,
)
from apps.casefiles.enums import CaseFileState, ChangeTarget
from apps.casefiles.models import CaseFile, ChangeItem, DocumentKind
from apps.casefiles.transitions import StaleCaseFileError, perform
from tests.factories.casefiles import installation_file, stored_pdf

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def piece(case_file: CaseFile, slug: str) -> DocumentRow:
    return next(row for row in document_rows(case_file) if row.kind.slug == slug)


def ask_again(case_file: CaseFile, caseworker: User, slug: str) -> CaseFile:
    return request_changes(
        case_file=case_file,
        actor=caseworker,
        points=[
            Point(
                target=ChangeTarget.DOCUMENT,
                key=slug,
                label="Bail, promesse de bail ou titre de propriété",
                reason="La dernière page manque.",
            )
        ],
        due_on=date(2026, 11, 30),
        at=NOON,
    )


def test_document_rows_reads_one_query_whatever_the_pieces(
    applicant: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)

    with django_assert_num_queries(1):
        rows = document_rows(case_file)
    assert [row.kind.slug for row in rows] == ["diplome", "ordre", "bail"]

    case_file.installation_detail.supervisor = "deja"
    with django_assert_num_queries(1):
        assert len(document_rows(case_file)) == 4


def test_promise_instead_of_the_piece_counts_as_an_answer(applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    remove_document(document=piece(case_file, "bail").documents[0], by=applicant)
    assert piece(case_file, "bail").status == PieceStatus.MISSING

    promise_document(
        case_file=case_file,
        kind=piece(case_file, "bail").kind,
        reason="Le bail se signe le 12 décembre.",
        expected_on=date(2026, 12, 12),
        by=applicant,
        at=NOON,
    )

    row = piece(case_file, "bail")
    assert row.status == PieceStatus.PROMISED
    assert row.promise is not None
    assert row.promise.expected_on == date(2026, 12, 12)
    assert row.is_answered


def test_promise_of_another_file_is_not_shown(applicant: User, other_applicant: User) -> None:
    mine = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    other = installation_file(until=CaseFileState.DRAFT, applicant=other_applicant)
    promise_document(
        case_file=other,
        kind=piece(other, "bail").kind,
        reason="Il se signe bientôt.",
        expected_on=date(2026, 12, 12),
        by=other_applicant,
        at=NOON,
    )

    assert piece(mine, "bail").promise is None


def test_promise_after_a_refused_piece_is_the_last_word(applicant: User, caseworker: User) -> None:
    case_file = installation_file(
        until=CaseFileState.SUBMITTED, applicant=applicant, caseworker=caseworker
    )
    review_document(
        document=piece(case_file, "bail").documents[0],
        by=caseworker,
        accepted=False,
        comment="Illisible.",
        at=NOON,
    )
    case_file = ask_again(case_file, caseworker, "bail")
    assert piece(case_file, "bail").status == PieceStatus.REFUSED

    promise_document(
        case_file=case_file,
        kind=piece(case_file, "bail").kind,
        reason="Le notaire refait une copie.",
        expected_on=date(2026, 12, 1),
        by=applicant,
        at=NOON,
    )

    assert piece(case_file, "bail").status == PieceStatus.PROMISED


def test_promise_in_the_past_is_refused(applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)

    with pytest.raises(ValidationError, match="Indiquez une date à venir"):
        promise_document(
            case_file=case_file,
            kind=piece(case_file, "bail").kind,
            reason="Bientôt.",
            expected_on=date(2026, 11, 2),
            by=applicant,
            at=NOON,
        )


def test_kind_that_is_no_longer_asked_keeps_what_was_received(applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    DocumentKind.objects.filter(slug="bail").update(is_active=False)

    assert len(piece(case_file, "bail").documents) == 1

    remove_document(document=piece(case_file, "bail").documents[0], by=applicant)
    assert [row.kind.slug for row in document_rows(case_file)] == ["diplome", "ordre"]


def test_add_after_submission_needs_a_request_or_a_promise(applicant: User) -> None:
    case_file = installation_file(applicant=applicant)

    with pytest.raises(ValidationError, match="Cette pièce n’est pas à reprendre"):
        add_documents(
            case_file=case_file,
            kind=piece(case_file, "bail").kind,
            files=[stored_pdf(applicant)],
            by=applicant,
        )


def test_piece_asked_again_and_taken_back_is_awaited_again(
    applicant: User, caseworker: User
) -> None:
    case_file = installation_file(applicant=applicant, caseworker=caseworker)
    case_file = ask_again(case_file, caseworker, "bail")
    point = ChangeItem.objects.get(request__case_file=case_file)

    (added,) = add_documents(
        case_file=case_file,
        kind=piece(case_file, "bail").kind,
        files=[stored_pdf(applicant)],
        by=applicant,
        at=NOON,
    )
    point.refresh_from_db()
    assert point.answered_at == NOON

    remove_document(document=added, by=applicant, at=NOON)
    point.refresh_from_db()
    assert point.answered_at is None


def test_new_piece_makes_open_pages_stale(applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    shown = CaseFile.objects.get(pk=case_file.pk).version

    add_documents(
        case_file=case_file,
        kind=piece(case_file, "bail").kind,
        files=[stored_pdf(applicant)],
        by=applicant,
    )

    with pytest.raises(StaleCaseFileError):
        perform(case_file, "submit", actor=applicant, expected_version=shown)


def test_accepted_piece_cannot_be_taken_back(applicant: User, caseworker: User) -> None:
    case_file = installation_file(applicant=applicant)
    document = piece(case_file, "bail").documents[0]
    review_document(document=document, by=caseworker, accepted=True, at=NOON)
    case_file = ask_again(case_file, caseworker, "bail")

    document.refresh_from_db()
    with pytest.raises(ValidationError, match="déjà acceptée"):
        remove_document(document=document, by=applicant, at=NOON)
