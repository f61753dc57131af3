"""Scenarios at the desk: one page for each act. Nothing here is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.admin.envelope_views import managed_programmes
from apps.awards.admin.pages import draw, person, posted
from apps.awards.enums import ProvisionalChoice
from apps.awards.models import Envelope, Scenario, ScenarioLine
from apps.awards.money_line import MoneyLine, draw_line
from apps.awards.permissions import why_not_manage_envelope
from apps.awards.scenario_forms import NewScenarioForm, ScenarioForm, ScenarioNameForm
from apps.awards.scenarios import (
    WAITING_STATES,
    StaleScenarioError,
    copy_scenario,
    create_scenario,
    delete_scenario,
    save_scenario,
    waiting_files,
)
from apps.casefiles.admin.pages import file_url
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.forms import retyped

# Two controls a file: Django takes a thousand of them in one page.
MOST_FILES = 400
MOST_COMPARED = 4


def _own_scenarios(request: HttpRequest) -> Any:
    user = person(request)
    if reason := why_not_manage_envelope(user):
        raise PermissionDenied(reason)
    slugs = [slug for slug, _ in managed_programmes(user)]
    return Scenario.objects.of(user).unranked().filter(programme__in=slugs)


def _label(scenario: Scenario) -> str:
    return programmes[scenario.programme].label


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One's own scenarios, with what their yeses add up to."""
    yes = Q(lines__choice=ProvisionalChoice.YES, lines__case_file__state__in=WAITING_STATES)
    scenarios = _own_scenarios(request).annotate(
        yes_count=Count("lines", filter=yes), yes_total=Sum("lines__amount", filter=yes)
    )
    context = {
        "title": "Scénarios",
        "rows": [(scenario, _label(scenario)) for scenario in scenarios],
    }
    return draw(request, "scenario_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if reason := why_not_manage_envelope(user):
        raise PermissionDenied(reason)
    initial = {"year": clock.today().year, "programme": request.GET.get("dispositif", "")}
    form = NewScenarioForm(posted(request), choices=managed_programmes(user), initial=initial)
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            scenario = create_scenario(actor=user, **form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            return redirect(_url(scenario))
    context = {"title": "Nouveau scénario", "form": form, "reasons": reasons}
    return draw(request, "scenario_form.html", context, status=_status(reasons))


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Every waiting file with its choice; saving computes the sums, and decides nothing."""
    scenario = get_object_or_404(_own_scenarios(request), pk=pk)
    user = person(request)
    found = list(waiting_files(user, scenario.programme)[: MOST_FILES + 1])
    files = found[:MOST_FILES]
    lines = {line.case_file_id: line for line in scenario.lines.all()}
    form = ScenarioForm(
        posted(request), case_files=files, lines=lines, initial={"version": scenario.version}
    )
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            save_scenario(
                scenario=scenario,
                choices=form.choices,
                actor=user,
                expected_version=form.cleaned_data["version"],
            )
        except StaleScenarioError as refusal:
            reasons = refusal.reasons
            # What was typed stays; sent again, it is about the scenario as it is now.
            form.data = retyped(request.POST, version=str(scenario.version))
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Scénario enregistré. Rien n’est décidé.")
            return redirect(_url(scenario))
    shown = {case_file.pk for case_file in files}
    context = {
        "scenario": scenario,
        "form": form,
        "reasons": reasons,
        "gone": _gone(request, [pk for pk in lines if pk not in shown]),
        "is_cut": len(found) > MOST_FILES,
        "most": MOST_FILES,
        **_sums(scenario, form),
    }
    return draw(request, "scenario.html", context, status=_status(reasons))


def _sums(scenario: Scenario, form: ScenarioForm) -> dict[str, Any]:
    envelope = _envelope(scenario)
    line = _money_line(form.wishes(), envelope)
    return {
        "title": scenario.name,
        "programme": _label(scenario),
        "envelope": envelope,
        "line": line,
        "rows": list(form.rows(line.below)),
    }


def _envelope(scenario: Scenario) -> Envelope | None:
    envelopes = Envelope.objects.filter(programme=scenario.programme, year=scenario.year)
    return envelopes.with_figures().first()


def _money_line(wishes: Sequence[Decimal | None], envelope: Envelope | None) -> MoneyLine:
    """Without an envelope there is no line to draw: nothing is below it."""
    return draw_line(wishes, remaining=envelope.remaining if envelope else Decimal("Infinity"))


def _gone(request: HttpRequest, pks: list[int]) -> list[tuple[CaseFile, str]]:
    """Files of the scenario that wait no longer, with the address of those one may open."""
    if not pks:
        return []
    files = CaseFile.objects.at_desk_of(person(request)).filter(pk__in=pks)
    return [
        (case_file, file_url(case_file))
        for case_file in files.exclude(state__in=WAITING_STATES).order_by("reference")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    scenario = get_object_or_404(_own_scenarios(request), pk=pk)
    form = ScenarioNameForm(posted(request), initial={"name": f"{scenario.name[:70]} (copie)"})
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            copied = copy_scenario(
                scenario=scenario, name=form.cleaned_data["name"], actor=person(request)
            )
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Scénario copié.")
            return redirect(_url(copied))
    context = {
        "title": "Copier le scénario",
        "scenario": scenario,
        "form": form,
        "reasons": reasons,
    }
    return draw(request, "scenario_form.html", context, status=_status(reasons))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    scenario = get_object_or_404(_own_scenarios(request), pk=pk)
    if request.method == "POST":
        delete_scenario(scenario=scenario, actor=person(request))
        messages.success(request, f"« {scenario.name} » est supprimé.")
        return redirect(reverse("admin:awards_scenario_changelist"))
    context = {"title": "Supprimer le scénario", "scenario": scenario}
    return draw(request, "scenario_delete.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two to four scenarios side by side (`?scenario=1&scenario=2`), of one programme and year."""
    pks = [int(pk) for pk in request.GET.getlist("scenario") if pk.isdecimal()][:MOST_COMPARED]
    scenarios = list(_own_scenarios(request).filter(pk__in=pks).order_by("name"))
    reasons = _why_not_compare(scenarios)
    context: dict[str, Any] = {"title": "Comparer des scénarios", "reasons": reasons}
    if not reasons:
        context |= _comparison(request, scenarios)
    return draw(request, "scenario_compare.html", context)


def _why_not_compare(scenarios: Sequence[Scenario]) -> list[str]:
    if len(scenarios) < 2:
        return ["Cochez au moins deux scénarios."]
    if len({(scenario.programme, scenario.year) for scenario in scenarios}) > 1:
        return ["Ces scénarios ne portent pas sur la même enveloppe."]
    return []


@dataclass(frozen=True)
class Column:
    """One scenario beside others; `cells` in the order of the files: choice, euros, below."""

    scenario: Scenario
    line: MoneyLine
    cells: Sequence[tuple[ScenarioLine | None, bool]]


def _comparison(request: HttpRequest, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    first = scenarios[0]
    files = list(waiting_files(person(request), first.programme)[:MOST_FILES])
    envelope = _envelope(first)
    lines = {
        (line.scenario_id, line.case_file_id): line
        for line in ScenarioLine.objects.filter(scenario__in=scenarios)
    }
    columns = []
    for scenario in scenarios:
        chosen = [lines.get((scenario.pk, case_file.pk)) for case_file in files]
        line = _money_line([found.amount if found else None for found in chosen], envelope)
        cells = [(found, rank in line.below) for rank, found in enumerate(chosen)]
        columns.append(Column(scenario, line, cells))
    return {
        "columns": columns,
        "envelope": envelope,
        "programme": _label(first),
        "year": first.year,
        "rows": [
            (case_file, [column.cells[rank] for column in columns])
            for rank, case_file in enumerate(files)
        ],
    }


def _status(reasons: Sequence[str]) -> HTTPStatus:
    return HTTPStatus.CONFLICT if reasons else HTTPStatus.OK


def _url(scenario: Scenario) -> str:
    return reverse("admin:awards_scenario_change", args=[scenario.pk])
