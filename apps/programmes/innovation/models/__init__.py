"""The call and what it asks, then a proposal and its budget."""

from apps.programmes.innovation.models.call import Call, Theme
from apps.programmes.innovation.models.proposal import BudgetLine, ProposalDetail
from apps.programmes.innovation.models.question import Question, QuestionSet
from apps.programmes.innovation.models.report import (
    Indicator,
    IndicatorFigure,
    ReportRequest,
    YearReport,
)

__all__ = [
    "BudgetLine",
    "Call",
    "Indicator",
    "IndicatorFigure",
    "ProposalDetail",
    "Question",
    "QuestionSet",
    "ReportRequest",
    "Theme",
    "YearReport",
]
