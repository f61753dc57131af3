"""The juries, one of them, its settings and its phases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.casefiles.models import Campaign
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.juries.admin.forms import PhaseForm, SettingsForm
from apps.juries.admin.pages import back_to, draw, get_jury, get_managed_jury, person, posted
from apps.juries.enums import PhaseKind
from apps.juries.files import admitted_files
from apps.juries.models import Declaration, Jury
from apps.juries.money import scenarios_of
from apps.juries.permissions import is_jury_open, why_not_manage_jury, why_not_read_jury
from apps.juries.programmes import judged_slugs
from apps.juries.readings import plan_draw
from apps.juries.reminders import with_progress
from apps.juries.setup import plan_phases, set_up_jury, why_not_phases, why_not_set_up


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The juries of this person's programmes, and the campaigns that have none yet."""
    user = person(request)
    if reason := why_not_read_jury(user):
        raise PermissionDenied(reason)
    campaigns = Campaign.objects.filter(programme__in=judged_slugs(), jury=None)
    context = {
        "title": "Jurys",
        "juries": Jury.objects.at_desk_of(user).select_related("campaign"),
        "campaigns": [
            campaign
            for campaign in campaigns.order_by("-opens_on", "pk")
            if not why_not_manage_jury(user, campaign.programme)
        ],
    }
    return draw(request, "list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, pk: int) -> HttpResponse:
    """The jury of a campaign that has none."""
    campaign = get_object_or_404(Campaign, pk=pk)
    if reason := why_not_set_up(campaign, person(request)):
        raise PermissionDenied(reason)
    form = SettingsForm(posted(request), initial={"reviews_per_file": 3})
    if request.method == "POST" and form.is_valid():
        jury = set_up_jury(campaign=campaign, actor=person(request), **form.cleaned_data)
        return back_to(jury)
    return draw(request, "form.html", {"title": f"Jury de « {campaign} »", "form": form})


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the jury is: phases, jurors, readings, scenarios, what was agreed."""
    jury = get_jury(request, pk)
    user = person(request)
    jurors: list[Any] = list(with_progress(jury))  # with what the query counts
    declared = Declaration.objects.visible_to(user).conflicts().filter(juror__jury=jury)
    context = {
        "title": str(jury),
        "jury": jury,
        "phases": list(jury.phases.all()),
        "current": jury.phases.current(clock.today()).first(),
        "criteria": list(jury.campaign.criteria.all()),
        "jurors": jurors,
        "files": admitted_files(jury).count(),
        "asked": sum(juror.asked for juror in jurors),
        "given": sum(juror.given for juror in jurors),
        "missing": sum(plan_missing(jury, jurors)),
        "conflicts": declared.select_related("juror__user", "case_file"),
        "draws": jury.draws.select_related("drawn_by"),
        "scenarios": scenarios_of(jury, user),
        "ranking": jury.rankings.standing().select_related("agreed_by", "session").first(),
        "is_manager": not why_not_manage_jury(user, jury.campaign.programme),
        "is_open": is_jury_open(jury),
    }
    return draw(request, "jury.html", context)


def plan_missing(jury: Jury, jurors: Sequence[Any]) -> list[int]:
    """How many readings nobody is asked for yet, by file that lacks some."""
    if not jurors:
        return []
    found = plan_draw(jury, seed=0)
    lacking = dict(found.missing)
    for _, case_file in found.pairs:
        lacking[case_file] = lacking.get(case_file, 0) + 1
    return list(lacking.values())


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    kept = {
        "reviews_per_file": jury.reviews_per_file,
        "files_per_juror": jury.files_per_juror,
    }
    form = SettingsForm(posted(request), initial=kept)
    if request.method == "POST" and form.is_valid():
        set_up_jury(campaign=jury.campaign, actor=person(request), **form.cleaned_data)
        messages.success(request, "Réglages enregistrés.")
        return back_to(jury)
    return draw(request, "form.html", {"title": "Réglages", "jury": jury, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def phases(request: HttpRequest, pk: int) -> HttpResponse:
    """The three phases on one page."""
    jury = get_managed_jury(request, pk)
    known = {phase.kind: phase for phase in jury.phases.all()}
    forms = [PhaseForm(posted(request), kind=kind, phase=known.get(kind)) for kind in PhaseKind]
    reasons: Sequence[str] = ()
    if request.method == "POST" and all([form.is_valid() for form in forms]):  # noqa: C419 - every error at once
        planned = [form.planned for form in forms if form.planned]
        reasons = why_not_phases(planned)
        if not reasons:
            try:
                plan_phases(jury=jury, phases=planned, actor=person(request))
            except MoveRefusedError as refusal:
                reasons = refusal.reasons
            else:
                messages.success(request, "Phases enregistrées.")
                return back_to(jury)
    context = {"title": "Phases", "jury": jury, "forms": forms}
    return draw(request, "phases.html", context, reasons=reasons)
