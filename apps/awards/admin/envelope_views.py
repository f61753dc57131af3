"""The envelopes: their list by year, the page of one, and the votes recorded on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.admin.pages import draw, person, posted
from apps.awards.envelope_forms import AmendmentForm, BudgetForm
from apps.awards.envelopes import record_vote
from apps.awards.gauge import RULE, GaugeLevel, level
from apps.awards.models import Envelope, Instalment
from apps.awards.permissions import why_not_manage_envelope, why_not_read_envelopes
from apps.casefiles.admin.pages import file_url
from apps.casefiles.admin.worklist import AFTER, BEFORE
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock, sheets
from apps.core.paging import KeysetPage
from apps.core.throttles import limited

_PER_PAGE = 50
_HEADINGS = (
    *("Exercice", "Dispositif", "Voté", "Engagé", "Payé", "Reste"),
    *("Aides au montant non publié", "Fictive"),
)


@dataclass(frozen=True)
class YearOfEnvelopes:
    """The envelopes of a year, with the totals of what this person reads."""

    year: int
    envelopes: Sequence[Envelope]

    @property
    def rows(self) -> list[tuple[Envelope, GaugeLevel]]:
        return [(envelope, level_of(envelope)) for envelope in self.envelopes]

    def _total(self, figure: str) -> Decimal:
        return sum((getattr(envelope, figure) for envelope in self.envelopes), Decimal(0))

    @property
    def totals(self) -> list[Decimal]:
        return [self._total(figure) for figure in ("voted", "committed", "paid", "remaining")]


def level_of(envelope: Envelope) -> GaugeLevel:
    return level(voted=envelope.voted, committed=envelope.committed)


def readable(request: HttpRequest) -> Any:
    """The envelopes that this person reads, with their figures; raises PermissionDenied."""
    user = person(request)
    if reason := why_not_read_envelopes(user):
        raise PermissionDenied(reason)
    return Envelope.objects.visible_to(user).with_figures().with_unpublished()


def managed_programmes(user: User) -> list[tuple[str, str]]:
    """(slug, label) of the programmes whose envelopes `user` records."""
    return [
        (slug, label)
        for slug, label in programmes.choices()
        if not why_not_manage_envelope(user, slug)
    ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """By year, the latest first: voted, committed, paid, left."""
    envelopes = readable(request).order_by("-year", "programme")
    context = {
        "title": "Enveloppes",
        "years": [
            YearOfEnvelopes(year, list(group))
            for year, group in groupby(envelopes, key=lambda envelope: envelope.year)
        ],
        "is_manager": bool(managed_programmes(person(request))),
        "rule": RULE,
    }
    return draw(request, "envelope_list.html", context)


@require_safe
@limited("export")
def export(request: HttpRequest) -> HttpResponse:
    """The same list as a sheet."""
    envelopes = readable(request).order_by("-year", "programme")
    rows = [
        (
            envelope.year,
            sheets.safe(envelope.programme_label),
            *map(
                sheets.number,
                (envelope.voted, envelope.committed, envelope.paid, envelope.remaining),
            ),
            envelope.unpublished,
            "oui" if envelope.is_fictitious else "non",
        )
        for envelope in envelopes
    ]
    return sheets.answer([_HEADINGS, *rows], name="enveloppes.csv")


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One envelope: its figures, its votes, and what commits it."""
    envelope = get_object_or_404(readable(request), pk=pk)
    user = person(request)
    instalments = Instalment.objects.committed().filter(
        case_file__programme=envelope.programme, budget_year=envelope.year
    )
    page = KeysetPage(
        instalments,
        lines=Instalment.objects.select_related("case_file"),
        order="-id",  # the latest awards first
        size=_PER_PAGE,
        after=request.GET.get(AFTER, ""),
        before=request.GET.get(BEFORE, ""),
    )
    context = {
        "title": str(envelope),
        "envelope": envelope,
        "level": level_of(envelope),
        "rule": RULE,
        "votes": envelope.votes.select_related("recorded_by"),
        "page": page,
        "rows": _instalment_rows(user, page.rows),
        "why_not_amend": why_not_manage_envelope(user, envelope.programme),
    }
    return draw(request, "envelope.html", context)


def _instalment_rows(user: User, instalments: Sequence[Instalment]) -> list[tuple[Instalment, str]]:
    """Each with the address of its file, "" when this person may not open it: one query."""
    pks = {instalment.case_file_id for instalment in instalments}
    files = CaseFile.objects.at_desk_of(user).filter(pk__in=pks)
    open_to_user = set(files.values_list("pk", flat=True))
    return [
        (row, file_url(row.case_file) if row.case_file_id in open_to_user else "")
        for row in instalments
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """The budget of a programme for a year."""
    user, today = person(request), clock.today()
    choices = managed_programmes(user)
    if not choices:
        raise PermissionDenied(why_not_manage_envelope(user))
    initial = {"year": today.year, "programme": request.GET.get("dispositif", "")}
    form = BudgetForm(posted(request), choices=choices, on=today, initial=initial)
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            envelope = record_vote(actor=user, expected_votes=0, **form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons = _explained(form, refusal)
        else:
            messages.success(request, "Enveloppe enregistrée.")
            return redirect(envelope_url(envelope))
    context = {"title": "Enregistrer une enveloppe", "form": form, "reasons": reasons}
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return draw(request, "envelope_form.html", context, status=status)


def _explained(form: BudgetForm, refusal: MoveRefusedError) -> Sequence[str]:
    """An envelope that exists already is changed by an amendment, not recorded again."""
    known = Envelope.objects.filter(
        programme=form.cleaned_data["programme"], year=form.cleaned_data["year"]
    )
    if known.exists():
        return ["Cette enveloppe existe déjà : ouvrez-la pour enregistrer ce qui la change."]
    return refusal.reasons


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Add to an envelope, or take back what nothing commits."""
    envelope = get_object_or_404(readable(request), pk=pk)
    user = person(request)
    if reason := why_not_manage_envelope(user, envelope.programme):
        raise PermissionDenied(reason)
    shown = envelope.votes.count()
    form = AmendmentForm(posted(request), on=clock.today(), initial={"expected_votes": shown})
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            record_vote(programme=envelope.programme, year=envelope.year, actor=user, **form.vote())
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
            # What was typed stays; sent again, it is about the envelope as it is shown now.
            form.data = request.POST.copy()
            form.data["expected_votes"] = str(shown)
        else:
            messages.success(request, "Vote enregistré.")
            return redirect(envelope_url(envelope))
    context = {
        "title": "Modifier l’enveloppe",
        "envelope": envelope,
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return draw(request, "envelope_form.html", context, status=status)


def envelope_url(envelope: Envelope) -> str:
    return reverse("admin:awards_envelope_change", args=[envelope.pk])
