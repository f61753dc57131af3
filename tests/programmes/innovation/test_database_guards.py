"""The rows of a call and of a proposal refuse what makes no sense, whoever writes them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.db.models import F
from django.db.utils import ProgrammingError

from apps.casefiles.enums import CaseFileState
from apps.programmes.innovation.models import (
    BudgetLine,
    Call,
    Indicator,
    IndicatorFigure,
    ProposalDetail,
    Question,
    QuestionSet,
    ReportRequest,
    Theme,
    YearReport,
)
from tests.factories.innovation import CLOSES_AT, OPENS_AT, proposal_file, running_call

pytestmark = pytest.mark.django_db

# Constraint: the model, and what each row that breaks it changes.
ROWS: dict[str, tuple[type[models.Model], list[dict[str, Any]]]] = {
    "call_year_plausible": (Call, [{"year": 26}, {"year": 2200}]),
    "call_closes_after_it_opens": (
        Call,
        [{"closes_at": OPENS_AT}, {"opens_at": CLOSES_AT + timedelta(days=1)}],
    ),
    "call_grace_short": (Call, [{"grace_seconds": 601}]),
    "call_announced_after_the_jury": (
        Call,
        [{"jury_on": date(2026, 12, 10), "announced_on": date(2026, 12, 9)}],
    ),
    "call_largest_amount_positive": (Call, [{"largest_amount": Decimal(0)}]),
    "call_balance_possible": (Call, [{"balance_percent": 51}]),
    "theme_once_a_call": (Theme, [{"label": "E-santé"}]),
    "question_kind_known": (Question, [{"kind": "dessin"}]),
    "question_options_match_kind": (
        Question,
        [{"kind": "choix", "options": ["Oui"]}, {"kind": "court", "options": ["Oui", "Non"]}],
    ),
    "question_length_possible": (Question, [{"max_length": 0}, {"max_length": 10001}]),
    "proposal_owner_known": (ProposalDetail, [{"owner_kind": "lune"}]),
    "proposal_siret_has_14_digits": (
        ProposalDetail,
        [{"siret": "123"}, {"siret": "1234567890123A"}],
    ),
    "proposal_rna_shape": (ProposalDetail, [{"rna": "W12"}, {"rna": "4520000001"}]),
    "proposal_duration_possible": (
        ProposalDetail,
        [{"duration_years": 0, "asked_2": None}, {"duration_years": 4}],
    ),
    "proposal_asked_not_negative": (ProposalDetail, [{"asked_1": Decimal(-1)}]),
    "proposal_asked_within_duration": (
        ProposalDetail,
        [{"duration_years": 1}, {"asked_3": Decimal(1)}],
    ),
    "budget_line_side_known": (BudgetLine, [{"side": "don"}]),
    "budget_line_not_negative": (BudgetLine, [{"year_1": Decimal(-1)}, {"year_3": Decimal(-1)}]),
    "budget_line_named": (BudgetLine, [{"label": ""}]),
    "budget_line_position_once": (BudgetLine, [{"side": "depense", "position": 0}]),
}
# Made of two rows, or by a verb: see below.
OTHERS = {
    "question_set_version_once",
    "indicator_once_a_project",
    "report_asked_once",
    "report_asked_for_a_year",
    "report_reminders_counted",
    "report_once_a_year",
    "report_year_possible",
    "figure_once_a_report",
}


@pytest.mark.parametrize(
    ("name", "model", "values"),
    [
        pytest.param(name, model, values, id=f"{name}-{number}")
        for name, (model, rows) in ROWS.items()
        for number, values in enumerate(rows, start=1)
    ],
)
def test_row_that_breaks_the_constraint_is_refused(
    name: str, model: type[models.Model], values: dict[str, Any]
) -> None:
    proposal_file(until=CaseFileState.DRAFT)

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        model._default_manager.update(**values)


def test_a_version_of_the_questions_is_numbered_once() -> None:
    questions = running_call().question_sets.get()

    with pytest.raises(IntegrityError, match='"question_set_version_once"'):
        QuestionSet.objects.create(
            call=questions.call, version=1, questions=[], published_at=OPENS_AT
        )


def test_a_published_version_of_the_questions_never_changes() -> None:
    running_call()

    with pytest.raises(ProgrammingError, match="Cannot update"):
        QuestionSet.objects.update(questions=[])


def _reported(year: int = 1) -> YearReport:
    detail = proposal_file().innovation_detail
    report: YearReport = YearReport.objects.create(
        proposal=detail, year=year, done="Fait.", sent_at=OPENS_AT
    )
    indicator = Indicator.objects.create(proposal=detail, label="Personnes")
    IndicatorFigure.objects.create(report=report, indicator=indicator, value=1)
    return report


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Indicator, "indicator_once_a_project"),
        (YearReport, "report_once_a_year"),
        (IndicatorFigure, "figure_once_a_report"),
    ],
)
def test_reports_and_their_figures_come_once(model: type[models.Model], name: str) -> None:
    _reported()
    twice = model._default_manager.get()
    twice.pk = None

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        twice.save(force_insert=True)


def test_a_report_is_on_a_year_of_the_project() -> None:
    with pytest.raises(IntegrityError, match='"report_year_possible"'):
        _reported(year=4)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"year": 4}, "report_asked_for_a_year"),
        ({"year": 0}, "report_asked_for_a_year"),
        ({"reminder_count": 1}, "report_reminders_counted"),
        ({"reminded_at": OPENS_AT}, "report_reminders_counted"),
    ],
)
def test_a_report_is_asked_for_a_year_and_its_reminders_are_counted(
    values: dict[str, Any], name: str
) -> None:
    row = {"proposal": proposal_file().innovation_detail, "year": 1, "asked_at": OPENS_AT}

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        ReportRequest.objects.create(**{"due_on": CLOSES_AT.date(), **row, **values})


def test_a_report_is_asked_once() -> None:
    row = {"proposal": proposal_file().innovation_detail, "year": 1, "asked_at": OPENS_AT}
    ReportRequest.objects.create(due_on=CLOSES_AT.date(), **row)

    with pytest.raises(IntegrityError, match='"report_asked_once"'):
        ReportRequest.objects.create(due_on=CLOSES_AT.date(), **row)


@pytest.mark.parametrize(
    "change",
    [
        lambda detail: detail.budget_lines.filter(side="depense").update(year_1=1),
        lambda detail: detail.budget_lines.filter(side="financement").delete(),
        lambda detail: detail.budget_lines.create(
            side="depense", position=5, label="Un oubli", year_2=5
        ),
        lambda detail: ProposalDetail.objects.filter(pk=detail.pk).update(asked_1=1),
    ],
    ids=["line changed", "line taken away", "line added", "aid changed"],
)
def test_budget_of_a_sent_proposal_always_adds_up(change: Any) -> None:
    sent = proposal_file()

    change(sent.innovation_detail)

    with pytest.raises(IntegrityError, match="does not add up"):
        connection.check_constraints()


def test_whole_budget_of_a_sent_proposal_may_be_replaced_and_that_of_a_draft_left_open() -> None:
    sent = proposal_file()
    lines = sent.innovation_detail.budget_lines
    lines.update(year_1=F("year_1") + 100)
    connection.check_constraints()
    draft = proposal_file(until=CaseFileState.DRAFT)
    draft.innovation_detail.budget_lines.filter(side="financement").delete()
    connection.check_constraints()

    assert lines.count() == 2


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    declared = {
        constraint.name
        for model in apps.get_app_config("innovation").get_models()
        for constraint in model._meta.constraints
    }
    assert declared == {*ROWS, *OTHERS}
