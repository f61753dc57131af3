from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.casefiles.corrections import Point, request_changes, standing_points
from apps.casefiles.documents import add_documents, document_rows
from apps.casefiles.drafts import open_fields, restrict, save_answers
from apps.casefiles.enums import CaseFileState, ChangeTarget, EventKind
from apps.casefiles.forms import all_tasks
from apps.casefiles.models import CaseFile
from apps.casefiles.task_list import Task
from apps.casefiles.transitions import MoveRefusedError, perform
from tests.factories.casefiles import START, ask_corrections, installation_file, stored_pdf

pytestmark = pytest.mark.django_db

ASKED = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
ANSWERED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def case_file(applicant: User, caseworker: User) -> CaseFile:
    return ask_corrections(installation_file(applicant=applicant), by=caseworker, at=ASKED)


def task(case_file: CaseFile, slug: str) -> Task:
    return next(item for item in all_tasks(case_file) if item.slug == slug)


def correct_address(case_file: CaseFile, by: User, address: str = "14 rue de la Démo") -> None:
    place = task(case_file, "lieu")
    form = place.form_class({"address": address}, instance=place.get_instance(case_file))
    restrict(form, set(open_fields(case_file, place)))
    assert form.is_valid()
    save_answers(case_file=case_file, task=place, form=form, by=by, at=ANSWERED)


def send_lease(case_file: CaseFile, by: User) -> None:
    kind = next(row.kind for row in document_rows(case_file) if row.kind.slug == "bail")
    add_documents(case_file=case_file, kind=kind, files=[stored_pdf(by)], by=by, at=ANSWERED)


def test_only_the_points_asked_are_open(case_file: CaseFile) -> None:
    opened = {item.slug: list(open_fields(case_file, item)) for item in all_tasks(case_file)}

    assert opened == {
        "vous": [],
        "profession": [],
        "lieu": ["address"],
        "exercice": [],
        "maitre-de-stage": [],
        "autres-aides": [],
    }


def test_answer_that_was_not_asked_is_refused(case_file: CaseFile, applicant: User) -> None:
    place = task(case_file, "lieu")
    answers = {"commune": "45999", "structure_kind": "cabinet", "address": "14 rue de la Démo"}
    form = place.form_class(answers, instance=place.get_instance(case_file))
    form.is_valid()

    with pytest.raises(ValidationError, match="n’est plus modifiable"):
        save_answers(case_file=case_file, task=place, form=form, by=applicant)


def test_corrected_answer_keeps_the_former_one(case_file: CaseFile, applicant: User) -> None:
    correct_address(case_file, applicant)

    point = standing_points(case_file)[0]
    assert (point.old_value, point.answered_at) == ("1 rue de la Démo", ANSWERED)
    assert CaseFile.objects.get().installation_detail.address == "14 rue de la Démo"
    event = case_file.events.get(kind=EventKind.ANSWER_CHANGED)
    assert event.label == "Réponse modifiée : Adresse du lieu"


def test_resubmit_with_a_point_left_is_refused(case_file: CaseFile, applicant: User) -> None:
    correct_address(case_file, applicant)

    with pytest.raises(MoveRefusedError) as refusal:
        perform(case_file, "resubmit", actor=applicant)

    assert refusal.value.reasons == (
        "Il reste un point à corriger : Bail, promesse de bail ou titre de propriété.",
    )


def test_resubmit_closes_the_request(case_file: CaseFile, applicant: User) -> None:
    correct_address(case_file, applicant)
    send_lease(case_file, applicant)

    moved = perform(case_file, "resubmit", actor=applicant, at=ANSWERED)

    assert moved.state == CaseFileState.SUBMITTED
    assert standing_points(moved) == []
    assert open_fields(moved, task(moved, "lieu")) == {}


def test_clock_runs_on_for_a_piece_that_is_not_indispensable(case_file: CaseFile) -> None:
    """CRPA L114-5-1: the lease is not indispensable."""
    assert case_file.clock_stopped_on is None
    assert case_file.legal_due_on == date(2027, 1, 2)


def test_clock_stops_for_an_indispensable_piece(applicant: User, caseworker: User) -> None:
    """CRPA L114-5: ten days awaited are ten days more."""
    case_file = request_changes(
        case_file=installation_file(applicant=applicant, at=START),
        actor=caseworker,
        points=[
            Point(
                target=ChangeTarget.DOCUMENT,
                key="diplome",
                label="Diplôme d’État",
                reason="Le verso manque.",
            )
        ],
        due_on=date(2026, 11, 30),
        at=ASKED,
    )
    assert (case_file.clock_stopped_on, case_file.legal_due_on) == (date(2026, 11, 10), None)

    kind = next(row.kind for row in document_rows(case_file) if row.kind.slug == "diplome")
    add_documents(
        case_file=case_file, kind=kind, files=[stored_pdf(applicant)], by=applicant, at=ANSWERED
    )
    moved = perform(case_file, "resubmit", actor=applicant, at=ANSWERED)

    assert (moved.clock_stopped_on, moved.legal_due_on) == (None, date(2027, 1, 12))


@pytest.mark.parametrize(
    ("points", "due_on", "reason"),
    [
        ([], date(2026, 11, 30), "Indiquez au moins une réponse"),
        (
            [Point(target=ChangeTarget.ANSWER, key="lieu.address", label="Adresse", reason=" ")],
            date(2026, 11, 30),
            "Dites pour chaque point pourquoi",
        ),
        (
            [Point(target=ChangeTarget.ANSWER, key="lieu.address", label="Adresse", reason="?")],
            date(2026, 11, 10),
            "La date de retour doit être à venir",
        ),
    ],
)
def test_request_that_cannot_be_answered_is_refused(
    applicant: User, caseworker: User, points: list[Point], due_on: date, reason: str
) -> None:
    case_file = installation_file(applicant=applicant)

    with pytest.raises(MoveRefusedError, match=reason):
        request_changes(
            case_file=case_file, actor=caseworker, points=points, due_on=due_on, at=ASKED
        )

    assert CaseFile.objects.get().state == CaseFileState.SUBMITTED
    assert not case_file.change_requests.exists()
