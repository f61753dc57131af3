"""The report on a year of the project, with its figures: written on the page of the payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from apps.awards.programmes import WrittenProof
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.dates import format_date
from apps.core.forms import CountedTextarea
from apps.core.pdf import render_pdf
from apps.programmes.innovation.models import (
    Indicator,
    IndicatorFigure,
    ProposalDetail,
    YearReport,
)
from apps.programmes.innovation.question_form import FrenchNumberField

_TEMPLATE = "programmes/innovation/report.typ"


class ReportForm(forms.Form):
    done = forms.CharField(
        label="Ce qui a été fait",
        help_text="Les actions de l’année, et ce qui a changé par rapport au projet.",
        max_length=5000,
        widget=CountedTextarea({"rows": 8}),
        error_messages={"required": "Dites ce qui a été fait."},
    )
    learned = forms.CharField(
        label="Ce que le projet a donné",
        help_text="Le guichet peut en reprendre une partie sur la page des lauréats.",
        max_length=3000,
        widget=CountedTextarea({"rows": 5}),
        required=False,
    )


def is_final(detail: ProposalDetail, *, year: int) -> bool:
    return year >= (detail.duration_years or 1)


def report_form(detail: ProposalDetail, *, year: int) -> type[forms.Form] | None:
    """The report on a year, with one figure for each indicator; None for no year at all."""
    if year < 1:
        return None
    fields: dict[str, forms.Field] = {
        f"indicator_{indicator.pk}": FrenchNumberField(
            label=str(indicator),
            help_text=f"Cible : {_number(indicator.target)}" if indicator.target else "",
            max_digits=12,
            decimal_places=2,
            min_value=0,
            widget=forms.TextInput({"class": "w10 num", "inputmode": "decimal"}),
            error_messages={"required": "Indiquez un chiffre, ou 0."},
        )
        for indicator in detail.indicators.all()
    }
    return type("YearReportForm", (ReportForm,), fields)


def report_title(detail: ProposalDetail, *, year: int) -> str:
    return "Bilan final" if is_final(detail, year=year) else f"Bilan de l’année {year}"


def write_report(
    detail: ProposalDetail, *, year: int, answers: Mapping[str, Any], at: datetime
) -> YearReport:
    """Keep a year's report and its figures, in place of a former one."""
    report, _ = YearReport.objects.update_or_create(
        proposal=detail,
        year=year,
        defaults={"done": answers["done"], "learned": answers["learned"], "sent_at": at},
    )
    report.figures.all().delete()
    IndicatorFigure.objects.bulk_create(
        IndicatorFigure(
            report=report, indicator=indicator, value=answers[f"indicator_{indicator.pk}"]
        )
        for indicator in detail.indicators.all()
    )
    return report


def keep_report(
    case_file: CaseFile, *, year: int, answers: Mapping[str, Any], at: datetime
) -> WrittenProof:
    """Keep a year's report, and draw it as the PDF that its payment waits for."""
    detail = case_file.innovation_detail
    report = write_report(detail, year=year, answers=answers, at=at)
    content = render_pdf(
        _TEMPLATE,
        {
            "title": report_title(detail, year=year),
            "reference": case_file.reference,
            "date": format_date(clock.paris_date(at)),
            "facts": [["Projet", detail.title], ["Porteur", detail.organisation]],
            "done": report.done,
            "learned": report.learned,
            "figures": [_row(indicator, answers) for indicator in detail.indicators.all()],
        },
    )
    return WrittenProof(name=f"bilan-{case_file.reference}-{year}.pdf", content=content)


def former_answers(report: YearReport) -> dict[str, Any]:
    """What a report says, by the names of its form's fields."""
    figures = {f"indicator_{item.indicator_id}": item.value for item in report.figures.all()}
    return {"done": report.done, "learned": report.learned, **figures}


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    """An indicator, its target, and its figure in each report, in their order."""

    label: str
    target: str
    figures: tuple[str, ...]


def indicator_table(detail: ProposalDetail, reports: Sequence[YearReport]) -> list[IndicatorRow]:
    """What was promised beside what was counted; « – » where a report gives no figure."""
    given = {
        (report.pk, figure.indicator_id): _number(figure.value)
        for report in reports
        for figure in report.figures.all()
    }
    return [
        IndicatorRow(
            label=str(indicator),
            target="" if indicator.target is None else _number(indicator.target),
            figures=tuple(given.get((report.pk, indicator.pk), "–") for report in reports),
        )
        for indicator in detail.indicators.all()
    ]


def _row(indicator: Indicator, answers: Mapping[str, Any]) -> list[str]:
    target = _number(indicator.target) if indicator.target is not None else ""
    return [str(indicator), target, _number(answers[f"indicator_{indicator.pk}"])]


def _number(value: Any) -> str:
    """« 1250 » or « 12,5 »."""
    return format(value.normalize(), "f").replace(".", ",")
