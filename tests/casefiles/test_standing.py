from __future__ import annotations

from datetime import date

import pytest

from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, CaseFileEvent, ChangeItem, ChangeRequest
from apps.casefiles.standing import Standing, hearing_date, standing
from tests.support.text import plain

TODAY = date(2026, 11, 22)
DUE = date(2027, 1, 3)


def file_at(state: CaseFileState, **fields: object) -> CaseFile:
    return CaseFile(state=state, **fields)


def details(found: Standing) -> list[str]:
    return [plain(sentence) for sentence in found.details]


def points(due_on: date, *, answered: int, left: int) -> list[ChangeItem]:
    request = ChangeRequest(due_on=due_on)
    done = [ChangeItem(request=request, answered_at="2026-11-20") for _ in range(answered)]
    return done + [ChangeItem(request=request) for _ in range(left)]


@pytest.mark.parametrize(
    ("state", "label", "tone", "step"),
    [
        ("draft", "À terminer", "todo", "Terminez votre demande, puis envoyez-la"),
        ("submitted", "Reçu par le guichet", "info", "Le guichet vérifie votre dossier"),
        ("under_review", "En cours d’étude", "info", "Le guichet étudie votre demande"),
        ("proposed", "En cours d’étude", "info", "Le guichet étudie votre demande"),
        ("granted", "Accordé", "ok", "Le guichet vous propose une convention"),
        ("rejected", "Refusé", "no", "Votre demande est refusée"),
        ("dismissed", "Classé sans suite", "none", "Votre dossier est classé sans suite"),
        ("withdrawn", "Retiré à votre demande", "none", "Vous avez retiré votre demande"),
        ("active", "Aide en cours", "ok", "Votre convention est en cours"),
        ("completed", "Terminé", "ok", "Votre engagement est tenu"),
        ("terminated", "Convention rompue", "no", "La convention est rompue"),
    ],
)
def test_standing_says_state_and_next_step(state: str, label: str, tone: str, step: str) -> None:
    found = standing(file_at(CaseFileState(state)), on=TODAY)

    assert (found.label, found.tone, found.step) == (label, tone, step)


def test_standing_of_every_state_exists() -> None:
    steps = {standing(file_at(state), on=TODAY).step for state in CaseFileState}

    assert "" not in steps


def test_standing_while_the_clock_runs_gives_the_day_and_what_silence_means() -> None:
    found = standing(file_at(CaseFileState.UNDER_REVIEW, legal_due_on=DUE), on=TODAY)

    assert (found.by_label, found.by, found.days) == ("Réponse au plus tard le", DUE, 42)
    assert details(found) == ["Sans réponse le 3 janvier 2027, votre demande est refusée."]


def test_standing_after_the_silence_says_how_to_contest() -> None:
    found = standing(file_at(CaseFileState.UNDER_REVIEW, legal_due_on=DUE), on=date(2027, 1, 4))

    assert found.days == -1
    assert details(found) == [
        "Sans réponse le 3 janvier 2027, votre demande a été refusée.",
        "Le guichet peut encore vous répondre.",
        "Vous pouvez contester ce refus jusqu’au 3 mars 2027.",
    ]


@pytest.mark.parametrize(
    ("hearing_on", "label", "step"),
    [
        (None, "Examiné en commission", "La commission permanente examine votre demande"),
        (
            date(2026, 12, 18),
            "Examiné en commission le 18 décembre 2026",
            "La commission permanente examine votre demande le 18 décembre 2026",
        ),
        (
            date(2026, 11, 20),
            "Examiné en commission le 20 novembre 2026",
            "La décision vous sera envoyée par courrier et par e-mail",
        ),
    ],
)
def test_standing_of_a_scheduled_file_names_the_commission(
    hearing_on: date | None, label: str, step: str
) -> None:
    found = standing(
        file_at(CaseFileState.SCHEDULED, legal_due_on=DUE), on=TODAY, hearing_on=hearing_on
    )

    assert (plain(found.label), plain(found.step)) == (label, step)


def test_standing_with_corrections_awaited_counts_the_points_left() -> None:
    found = standing(
        file_at(CaseFileState.INCOMPLETE, clock_stopped_on=date(2026, 11, 10)),
        on=TODAY,
        points=points(date(2026, 12, 1), answered=1, left=2),
    )

    assert found.step == "Corrigez 2 points, puis renvoyez votre dossier"
    assert (found.by_label, found.by, found.days) == ("À envoyer pour le", date(2026, 12, 1), 9)
    assert details(found) == [
        "Le délai de réponse est suspendu depuis le 10 novembre 2026.",
        "Il repart quand la pièce demandée arrive.",
    ]


def test_standing_with_one_point_left_is_in_the_singular() -> None:
    found = standing(
        file_at(CaseFileState.INCOMPLETE),
        on=TODAY,
        points=points(date(2026, 12, 1), answered=0, left=1),
    )

    assert found.step == "Corrigez un point, puis renvoyez votre dossier"


def test_standing_with_all_points_corrected_asks_to_send() -> None:
    found = standing(
        file_at(CaseFileState.INCOMPLETE),
        on=TODAY,
        points=points(date(2026, 12, 1), answered=2, left=0),
    )

    assert found.step == "Vos corrections sont prêtes : envoyez-les"


def test_standing_when_corrections_are_late_says_what_to_do() -> None:
    found = standing(
        file_at(CaseFileState.INCOMPLETE),
        on=TODAY,
        points=points(date(2026, 11, 20), answered=0, left=1),
    )

    assert found.days == -2
    assert found.details[0] == (
        "La date est passée. Envoyez vos corrections dès que possible, "
        "ou écrivez au guichet : il peut classer le dossier sans suite."
    )


def test_hearing_date_is_the_last_one_told() -> None:
    story = [
        CaseFileEvent(payload={}),
        CaseFileEvent(payload={"held_on": "2026-12-18"}),
        CaseFileEvent(payload={"held_on": "2027-01-22"}),
    ]

    assert hearing_date(story) == date(2027, 1, 22)
    assert hearing_date([]) is None
