"""The money line: order the files by buttons, change an amount, see what falls below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.awards.enums import ProvisionalChoice
from apps.awards.models import Scenario, ScenarioLine
from apps.awards.scenario_forms import ScenarioNameForm
from apps.awards.scenarios import delete_scenario
from apps.casefiles.transitions import MoveRefusedError
from apps.juries.admin.forms import PlaceForm
from apps.juries.admin.pages import back_to, draw, get_managed_jury, jury_url, person, posted
from apps.juries.admin.ranking_views import ORDERS, chosen_order
from apps.juries.models import Jury
from apps.juries.money import (
    bring_up_to_date,
    envelope_of,
    is_open,
    line_of,
    place_file,
    scenarios_of,
    start_line,
)
from apps.juries.rankings import why_not_agree
from apps.juries.table import RankedRow, ranking_table


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """One file of a scenario, and where the money line leaves it."""

    rank: int
    line: ScenarioLine
    row: RankedRow
    is_yes: bool
    is_below: bool
    is_first_below: bool
    is_partial: bool

    @property
    def key(self) -> str:
        """The file, as the address of the page names the one just moved."""
        return str(self.line.case_file_id)


def get_line(request: HttpRequest, pk: int, scenario_pk: int) -> tuple[Jury, Scenario]:
    """A scenario of one's own over this campaign."""
    jury = get_managed_jury(request, pk)
    return jury, get_object_or_404(scenarios_of(jury, person(request)), pk=scenario_pk)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    form = ScenarioNameForm(posted(request))
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        order = ORDERS[chosen_order(request)][0]
        name = form.cleaned_data["name"]
        try:
            scenario = start_line(jury=jury, name=name, actor=person(request), order=order)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            return back_to(jury, "line", scenario.pk)
    context = {
        "title": "Nouveau scénario",
        "jury": jury,
        "form": form,
        "order": ORDERS[chosen_order(request)][1],
    }
    return draw(request, "start_line.html", context, reasons=reasons)


@require_safe
def show(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    jury, scenario = get_line(request, pk, scenario_pk)
    return draw(request, "line.html", line_context(request, jury, scenario))


def line_context(request: HttpRequest, jury: Jury, scenario: Scenario) -> dict[str, Any]:
    """The files in their order with the money line, and those that came since."""
    table = {row.case_file.pk: row for row in ranking_table(jury, person(request))}
    lines = [line for line in scenario.lines.all() if line.case_file_id in table]
    envelope = envelope_of(jury)
    money = line_of(lines, envelope)
    placed = {line.case_file_id for line in lines}
    waiting = {key for key, row in table.items() if is_open(row)}
    return {
        "title": scenario.name,
        "jury": jury,
        "scenario": scenario,
        "envelope": envelope,
        "line": money,
        "rows": [
            _row(rank, line, table[line.case_file_id], money.below)
            for rank, line in enumerate(lines)
        ],
        "is_stale": placed != waiting,
        "why_not_agree": why_not_agree(jury, person(request)),
        "focus": (request.GET.get("dossier", ""), request.GET.get("sens", "")),
    }


def _row(rank: int, line: ScenarioLine, row: RankedRow, below: frozenset[int]) -> LineRow:
    is_yes = line.choice == ProvisionalChoice.YES
    asked = row.asked or Decimal(0)
    return LineRow(
        rank=rank + 1,
        line=line,
        row=row,
        is_yes=is_yes,
        is_below=rank in below,
        is_first_below=bool(below) and rank == min(below),
        is_partial=is_yes and line.amount is not None and line.amount < asked,
    )


@require_POST
def move(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    """« Monter » or « Descendre » by one: the same button keeps the focus."""
    jury, scenario = get_line(request, pk, scenario_pk)
    up = request.POST.get("haut", "")
    typed = up or request.POST.get("bas", "")
    version = request.POST.get("version", "")
    if not (typed.isdecimal() and version.isdecimal()):
        return back_to(jury, "line", scenario.pk)
    key = int(typed)
    order = list(scenario.lines.values_list("case_file_id", flat=True))
    if key in order:
        rank = order.index(key) + 1 + (-1 if up else 1)
        try:
            place_file(
                scenario=scenario,
                case_file_id=key,
                rank=rank,
                actor=person(request),
                expected_version=int(version),
            )
        except MoveRefusedError as refusal:
            messages.error(request, str(refusal))
    # No fragment: a browser that goes to one gives no focus to the button.
    way = "haut" if up else "bas"
    return redirect(f"{jury_url(jury, 'line', scenario.pk)}?dossier={key}&sens={way}")


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, pk: int, scenario_pk: int, file_pk: int) -> HttpResponse:
    """One file: its rank, its yes or no, its euros."""
    jury, scenario = get_line(request, pk, scenario_pk)
    context = line_context(request, jury, scenario)
    row = next((item for item in context["rows"] if item.line.case_file_id == file_pk), None)
    if row is None:
        return back_to(jury, "line", scenario.pk)
    amount = row.line.amount if row.line.amount is not None else row.row.asked
    kept = {
        "version": scenario.version,
        "rank": row.rank,
        "choice": row.line.choice,
        "amount": amount,
    }
    form = PlaceForm(posted(request), initial=kept, asked=row.row.asked)
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            place_file(
                scenario=scenario,
                case_file_id=file_pk,
                rank=form.cleaned_data["rank"],
                choice=form.chosen,
                actor=person(request),
                expected_version=form.cleaned_data["version"],
            )
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            return redirect(f"{jury_url(jury, 'line', scenario.pk)}#dossier-{file_pk}")
    context |= {"title": row.row.title, "form": form, "row": row}
    return draw(request, "place.html", context, reasons=reasons)


@require_POST
def refresh(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    """Files that came since join the end, those that left go."""
    jury, scenario = get_line(request, pk, scenario_pk)
    bring_up_to_date(scenario=scenario, jury=jury, actor=person(request))
    messages.success(request, "Scénario mis à jour.")
    return back_to(jury, "line", scenario.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    jury, scenario = get_line(request, pk, scenario_pk)
    if request.method == "POST":
        delete_scenario(scenario=scenario, actor=person(request))
        messages.success(request, f"« {scenario.name} » est supprimé.")
        return back_to(jury)
    context = {
        "title": f"Supprimer « {scenario.name} »",
        "jury": jury,
        "sentence": "Rien d’autre ne change : un scénario ne décide rien.",
        "verb": "Supprimer le scénario",
    }
    return draw(request, "confirm.html", context)
