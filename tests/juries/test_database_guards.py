"""The jury's tables refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError
from django.db.models import Model
from django.db.transaction import atomic

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.models import Session
from apps.casefiles.models import Campaign, CaseFile
from apps.juries.enums import ReviewStatus
from apps.juries.models import (
    Assignment,
    Attendance,
    Criterion,
    Declaration,
    Draw,
    Juror,
    Jury,
    Opinion,
    Phase,
    RankedFile,
    Ranking,
    Review,
    Score,
)
from tests.factories.awards import planned_session
from tests.factories.casefiles import staff_member, stored_pdf
from tests.factories.juries import (
    MEETING_AT,
    OPENED_AT,
    READING_AT,
    assign,
    campaign_file,
    declared,
    make_jury,
    open_campaign,
    seat,
)

pytestmark = pytest.mark.django_db

Rows = dict[str, list[dict[str, Any]]]

# Constraint: what each row that breaks it changes on a good one (see the fixture `good`).
BROKEN: dict[type[Model], Rows] = {
    Jury: {
        "jury_reviews_per_file_plausible": [{"reviews_per_file": 0}, {"reviews_per_file": 21}],
        "jury_cap_positive": [{"files_per_juror": 0}],
    },
    Criterion: {
        "criterion_label_unique": [{"label": "Utilité"}],
        "criterion_has_label": [{"label": ""}],
        "criterion_weight_positive": [{"weight": 0}, {"weight": Decimal(-1)}],
        "criterion_scale_plausible": [{"highest": 0}, {"highest": 101}],
    },
    Phase: {
        "phase_kind_known": [{"kind": "debate"}],
        "phase_scores_shown_known": [{"scores_shown": "some"}],
        "phase_one_of_a_kind": [{"kind": "reading"}],
        "phase_dates_ordered": [],  # see test_phase_ends_after_it_begins
        "phase_no_overlap": [{"kind": "eligibility", "starts_on": date(2026, 12, 15)}],
    },
    Juror: {"juror_one_seat": [{}], "juror_cap_positive": [{"cap": 0}]},
    Draw: {"draw_seed_positive": [{"seed": -1}]},
    Declaration: {
        "declaration_one_per_file": [{}],
        "declaration_reason_only_for_conflict": [{"reason": "Voisin", "has_conflict": False}],
    },
    Assignment: {
        "assignment_one_per_file": [{}],
        "assignment_origin_known": [{"origin": "guess"}],
        "assignment_drawn_has_draw": [{"origin": "drawn"}],
    },
    Review: {
        "review_one_per_file": [{}],
        "review_status_known": [{"status": "lost"}],
        "review_mark_in_range": [
            {"status": "final", "mark": Decimal("20.1"), "finished_at": READING_AT},
            {"status": "final", "mark": Decimal(-1), "finished_at": READING_AT},
        ],
        "review_whole_when_final": [
            {"mark": Decimal(10)},
            {"finished_at": READING_AT},
            {"status": "final", "mark": Decimal(10)},
            {"status": "final", "finished_at": READING_AT},
            {"status": "final", "is_abstention": True},
            {
                "status": "final",
                "is_abstention": True,
                "mark": Decimal(10),
                "finished_at": READING_AT,
            },
        ],
    },
    Score: {"score_one_per_criterion": [{}]},
    Opinion: {},
    Ranking: {
        "ranking_one_standing": [{}],
        "ranking_sent_is_complete": [],  # see test_ranking_is_sent_whole
        "ranking_two_persons": [],  # see test_two_persons_rank_and_send
        "ranking_cancelled_says_why": [],  # see test_cancelled_ranking_says_why
    },
    RankedFile: {
        "ranked_file_once": [{"rank": 2}],
        "ranked_file_rank_unique": [],  # see test_two_files_never_share_a_rank
        "ranked_file_outcome_known": [{"outcome": "wait"}],
        "ranked_file_whole": [
            {"amount": None},
            {"amount": Decimal(0)},
            {"outcome": "reject", "reason": "Hors du thème"},
            {"outcome": "reject", "amount": None},
        ],
        "ranked_file_within_what_is_asked": [{"asked": Decimal(499)}],
    },
    Attendance: {"attendance_once": [{}]},
}


def test_every_constraint_is_tried() -> None:
    declared_names = {
        constraint.name
        for model in apps.get_app_config("juries").get_models()
        for constraint in model._meta.constraints
    }
    assert {name for rows in BROKEN.values() for name in rows} == declared_names


@pytest.fixture
def good(
    jury: Jury, juror: Juror, case_file: CaseFile, head: User, criteria: list[Criterion]
) -> dict[type[Model], dict[str, Any]]:
    """A good row of each table, there already, as the values to make it again."""
    about = {"juror": juror, "case_file": case_file}
    declared(juror, case_file)
    assign(juror, case_file)
    review = Review.objects.create(**about, saved_at=READING_AT)
    Score.objects.create(review=review, criterion=criteria[0], value=5)
    ranked: dict[str, Any] = {"case_file": case_file, "outcome": "grant", "amount": Decimal(500)}
    ranking_row: dict[str, Any] = {
        "jury": jury,
        "met_on": date(2026, 12, 2),
        "year": 2026,
        "agreed_by": head,
        "agreed_at": MEETING_AT,
    }
    ranking = Ranking.objects.create(**ranking_row, minutes=stored_pdf(head))
    RankedFile.objects.create(ranking=ranking, rank=1, **ranked)
    Attendance.objects.create(ranking=ranking, juror=juror, was_present=True)
    return {
        Jury: {"campaign": open_campaign("2027"), "created_by": head, "created_at": OPENED_AT},
        Criterion: {"campaign": jury.campaign, "label": "Autre"},
        Phase: {
            "jury": jury,
            "kind": "meeting",
            "starts_on": date(2027, 1, 1),
            "ends_on": date(2027, 1, 2),
        },
        Juror: {"jury": jury, "user": juror.user, "added_by": head, "added_at": OPENED_AT},
        Draw: {
            "jury": jury,
            "seed": 1,
            "reviews_per_file": 3,
            "drawn_by": head,
            "drawn_at": OPENED_AT,
        },
        Declaration: {**about, "has_conflict": False, "declared_at": READING_AT},
        Assignment: {
            **about,
            "origin": "by_hand",
            "assigned_by": head,
            "assigned_at": OPENED_AT,
        },
        Review: {**about, "saved_at": READING_AT},
        Score: {"review": review, "criterion": criteria[0], "value": 4},
        Ranking: {**ranking_row, "minutes": stored_pdf(head)},
        RankedFile: {"ranking": ranking, "rank": 1, **ranked},
        Attendance: {"ranking": ranking, "juror": juror, "was_present": True},
    }


def write(model: type[Model], values: dict[str, Any]) -> None:
    """Without the model's own checks: the database speaks."""
    model._default_manager.bulk_create([model(**values)])


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        pytest.param(model, name, values, id=f"{name}-{number}")
        for model, rows in BROKEN.items()
        for name, broken in rows.items()
        for number, values in enumerate(broken, start=1)
    ],
)
def test_row_that_breaks_the_constraint_is_refused(
    good: dict[type[Model], dict[str, Any]], model: type[Model], name: str, values: dict[str, Any]
) -> None:
    if model is Phase and values.get("kind") == "eligibility":
        Phase.objects.filter(kind="eligibility").delete()
        values = {**values, "ends_on": date(2026, 12, 20)}

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        write(model, {**good[model], **values})


def test_phase_ends_after_it_begins(jury: Jury) -> None:
    with pytest.raises(IntegrityError, match='"phase_dates_ordered"'), atomic():
        jury.phases.filter(kind="meeting").update(ends_on=date(2026, 11, 30))


@pytest.mark.usefixtures("good")
def test_two_files_never_share_a_rank(campaign: Campaign, caseworker: User) -> None:
    other = campaign_file(campaign, caseworker=caseworker)
    line = RankedFile.objects.get()

    with pytest.raises(IntegrityError, match='"ranked_file_rank_unique"'):
        write(RankedFile, {"ranking": line.ranking, "case_file": other, "rank": 1,
                           "outcome": "grant", "amount": Decimal(1)})  # fmt: skip


@pytest.mark.usefixtures("good")
def test_ranking_is_sent_whole(head: User) -> None:
    session: Session = planned_session(actor=head)

    with pytest.raises(IntegrityError, match='"ranking_sent_is_complete"'):
        Ranking.objects.update(session=session)


@pytest.mark.usefixtures("good")
def test_two_persons_rank_and_send(head: User) -> None:
    session = planned_session(actor=head)

    with pytest.raises(IntegrityError, match='"ranking_two_persons"'):
        Ranking.objects.update(session=session, sent_by=head, sent_at=MEETING_AT)


@pytest.mark.usefixtures("good")
def test_sent_ranking_is_final(head: User) -> None:
    other = staff_member(Role.HEAD)
    session = planned_session(actor=head)
    Ranking.objects.update(session=session, sent_by=other, sent_at=MEETING_AT)

    with pytest.raises(DatabaseError, match="Cannot update"):
        Ranking.objects.update(sent_at=READING_AT)


@pytest.mark.usefixtures("good")
def test_cancelled_ranking_says_why(head: User) -> None:
    with pytest.raises(IntegrityError, match='"ranking_cancelled_says_why"'):
        Ranking.objects.update(cancelled_by=head, cancelled_at=MEETING_AT)


@pytest.mark.usefixtures("good")
def test_what_was_agreed_never_changes() -> None:
    for rows, values in (
        (RankedFile.objects.all(), {"amount": Decimal(1)}),
        (Attendance.objects.all(), {"was_present": False}),
        (Ranking.objects.all(), {"place": "Ailleurs"}),
    ):
        with pytest.raises(DatabaseError, match="Cannot update"), atomic():
            rows.update(**values)
        with pytest.raises(DatabaseError, match=r"Cannot (update or )?delete"), atomic():
            rows._raw_delete(using="default")


def test_conflict_is_final_and_kept(juror: Juror, case_file: CaseFile) -> None:
    declared(juror, case_file, conflict=True)

    with pytest.raises(DatabaseError, match="Cannot update"), atomic():
        Declaration.objects.update(has_conflict=False)
    with pytest.raises(DatabaseError, match="Cannot delete"), atomic():
        Declaration.objects.all()._raw_delete(using="default")


def test_nobody_is_asked_to_read_a_file_of_their_conflict(
    juror: Juror, case_file: CaseFile
) -> None:
    declared(juror, case_file, conflict=True)

    with pytest.raises(DatabaseError, match="declared a conflict"):
        assign(juror, case_file)


def test_conflict_waits_until_the_reading_is_taken_away(juror: Juror, case_file: CaseFile) -> None:
    assign(juror, case_file)

    with pytest.raises(DatabaseError, match="still reads"):
        declared(juror, case_file, conflict=True)


def test_review_waits_for_the_declaration(juror: Juror, case_file: CaseFile) -> None:
    with pytest.raises(DatabaseError, match="has not declared"), atomic():
        Review.objects.create(juror=juror, case_file=case_file, saved_at=READING_AT)

    declared(juror, case_file)
    Review.objects.create(juror=juror, case_file=case_file, saved_at=READING_AT)

    with pytest.raises(DatabaseError, match="still reads"):
        Declaration.objects.update(has_conflict=True)


def test_void_review_stays_so(juror: Juror, case_file: CaseFile) -> None:
    declared(juror, case_file)
    Review.objects.create(juror=juror, case_file=case_file, saved_at=READING_AT)
    Review.objects.update(status=ReviewStatus.VOID)

    with pytest.raises(DatabaseError, match="Cannot update"):
        Review.objects.update(status=ReviewStatus.DRAFT)


def test_file_of_another_campaign_is_refused(juror: Juror, caseworker: User) -> None:
    foreign = campaign_file(open_campaign("Autre"), caseworker=caseworker)

    with pytest.raises(DatabaseError, match="is not before the jury"), atomic():
        assign(juror, foreign)
    with pytest.raises(DatabaseError, match="is not before the jury"), atomic():
        declared(juror, foreign)


def test_mark_stays_on_the_scale_of_its_campaign(
    juror: Juror, case_file: CaseFile, criteria: list[Criterion]
) -> None:
    declared(juror, case_file)
    review = Review.objects.create(juror=juror, case_file=case_file, saved_at=READING_AT)
    foreign = Criterion.objects.create(campaign=open_campaign("Autre"), label="Ailleurs")

    with pytest.raises(DatabaseError, match="6 is above 5"), atomic():
        Score.objects.create(review=review, criterion=criteria[0], value=6)
    with pytest.raises(DatabaseError, match="takes no mark"), atomic():
        Score.objects.create(review=review, criterion=foreign, value=1)


def test_marks_of_a_given_review_are_fixed(
    juror: Juror, case_file: CaseFile, criteria: list[Criterion]
) -> None:
    declared(juror, case_file)
    review = Review.objects.create(juror=juror, case_file=case_file, saved_at=READING_AT)
    Score.objects.create(review=review, criterion=criteria[0], value=5)
    Review.objects.update(status="final", mark=Decimal(20), finished_at=READING_AT)

    with pytest.raises(DatabaseError, match="takes no mark"), atomic():
        Score.objects.update(value=1)
    with pytest.raises(DatabaseError, match="is given"), atomic():
        Score.objects.all()._raw_delete(using="default")


def test_criterion_keeps_its_scale_once_used(
    juror: Juror, case_file: CaseFile, criteria: list[Criterion]
) -> None:
    declared(juror, case_file)
    review = Review.objects.create(juror=juror, case_file=case_file, saved_at=READING_AT)
    Score.objects.create(review=review, criterion=criteria[0], value=5)

    Criterion.objects.filter(pk=criteria[0].pk).update(label="Utilité pour les habitants")
    Criterion.objects.filter(pk=criteria[1].pk).update(highest=20)
    with pytest.raises(DatabaseError, match="has marks already"):
        Criterion.objects.filter(pk=criteria[0].pk).update(highest=10)


def test_seat_and_draw_are_fixed(jury: Jury, juror: Juror, head: User) -> None:
    Draw.objects.create(jury=jury, seed=7, reviews_per_file=3, drawn_by=head, drawn_at=OPENED_AT)
    other = seat(make_jury(open_campaign("Autre"), head=head))

    with pytest.raises(DatabaseError, match="Cannot update"), atomic():
        Juror.objects.filter(pk=juror.pk).update(user=other.user)
    with pytest.raises(DatabaseError, match="Cannot update"), atomic():
        Draw.objects.update(seed=8)
