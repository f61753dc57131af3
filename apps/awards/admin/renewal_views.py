"""A renewal at the desk: what changed since last year, and a page for each act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.admin.pages import draw, person, posted
from apps.awards.admin.papers import show_paper
from apps.awards.enums import RenewalStatus
from apps.awards.models import Graduation, Renewal
from apps.awards.programmes import awarded
from apps.awards.renewal_decisions import (
    grant_renewal,
    propose_renewal,
    reconsider_renewal,
    refuse_renewal,
    renewal_breakdown,
    return_renewal,
    why_not_settle,
    why_not_study,
)
from apps.awards.renewal_forms import (
    CommentForm,
    DecisionForm,
    GraduationForm,
    ProposalForm,
    ReasonForm,
    RefusalForm,
)
from apps.awards.renewals import (
    close_renewal,
    record_graduation,
    why_not_close,
    why_not_record_graduation,
)
from apps.casefiles.admin.pages import file_title, file_url, get_case_file
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.enums import Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError

TONES = {
    RenewalStatus.TO_DO: "todo",
    RenewalStatus.SENT: "info",
    RenewalStatus.PROPOSED: "info",
    RenewalStatus.GRANTED: "ok",
    RenewalStatus.REFUSED: "no",
    RenewalStatus.CLOSED: "none",
}


@dataclass(frozen=True, kw_only=True)
class Act:
    """What an agent does with a renewal: its page, its words, and who may."""

    name: str
    label: str
    done: str
    effects: Sequence[str]
    why_not: Callable[[User, Renewal], str]

    def url(self, renewal: Renewal) -> str:
        return reverse(f"admin:awards_renewal_{self.name}", args=[renewal.pk])


PROPOSE = Act(
    name="propose",
    label="Proposer une décision",
    done="La proposition attend une autre personne",
    effects=("Une autre personne décide.", "Le bénéficiaire n’est pas encore prévenu."),
    why_not=why_not_study,
)
RETURN = Act(
    name="return",
    label="Demander de compléter",
    done="Le renouvellement est rendu au bénéficiaire",
    effects=("La personne reçoit un courriel et complète son renouvellement.",),
    why_not=why_not_study,
)
GRANT = Act(
    name="grant",
    label="Accorder l’année",
    done="L’année est accordée",
    effects=(
        "Un avenant est ajouté à l’aide, et son versement est prévu.",
        "La lettre est établie ; la personne reçoit un courriel.",
        "Cette décision ne change plus.",
    ),
    why_not=why_not_settle,
)
REFUSE = Act(
    name="refuse",
    label="Refuser l’année",
    done="L’année est refusée",
    effects=(
        "La personne reçoit un courriel ; elle lit le motif et les recours.",
        "Cette décision ne change plus.",
    ),
    why_not=why_not_settle,
)
RECONSIDER = Act(
    name="reconsider",
    label="Renvoyer à l’étude",
    done="Le renouvellement est de nouveau à étudier",
    effects=("La proposition est à refaire.",),
    why_not=why_not_settle,
)
CLOSE = Act(
    name="close",
    label="Classer sans objet",
    done="Le renouvellement est classé",
    effects=("Plus rien n’est demandé pour cette année.",),
    why_not=why_not_close,
)
ACTS = (PROPOSE, RETURN, GRANT, REFUSE, RECONSIDER, CLOSE)


def _get_renewal(request: HttpRequest, pk: int) -> Renewal:
    """For whoever reads the file at the desk; Http404 otherwise."""
    renewal = (
        Renewal.objects.select_related("amendment", "certificate", "proposed_by", "decided_by")
        .filter(pk=pk)
        .first()
    )
    if renewal is None:
        raise Http404("Ce renouvellement n’existe pas.")
    renewal.case_file = get_case_file(request, renewal.case_file_id)
    return renewal


def _context(renewal: Renewal, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "renewal": renewal,
        "case_file": renewal.case_file,
        "file_title": file_title(renewal.case_file),
        "tone": TONES[RenewalStatus(renewal.status)],
    }


def _acts(renewal: Renewal, user: User) -> Iterator[tuple[Act, str]]:
    """What this person may do now; « refuser » a refusal that is proposed, never grant it."""
    for act in ACTS:
        if act is GRANT and renewal.outcome == Outcome.REJECT:
            continue
        if not act.why_not(user, renewal):
            yield act, act.url(renewal)


@require_safe
def study(request: HttpRequest, pk: int) -> HttpResponse:
    """The year's answers beside those of the year before, the certificate, and what may be done."""
    renewal = _get_renewal(request, pk)
    is_open = renewal.status == RenewalStatus.SENT
    context = {
        **_context(renewal, f"Renouvellement {renewal.year_label}"),
        "breakdown": renewal_breakdown(renewal) if is_open else renewal.frozen_breakdown,
        "acts": list(_acts(renewal, person(request))),
        "changed": sum(row["changed"] for row in renewal.comparison),
    }
    return draw(request, "renewals/study.html", context)


@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponseBase:
    renewal = _get_renewal(request, pk)
    if renewal.certificate is None:
        raise Http404("Aucun justificatif n’est joint.")
    return show_paper(request, renewal.case_file, renewal.certificate)


Make = Callable[[Renewal, User, dict[str, Any]], object]


def _page(
    request: HttpRequest, renewal: Renewal, act: Act, form: forms.Form, make: Make
) -> HttpResponse:
    """GET asks, POST acts; a refusal shows its reasons above what was typed."""
    reason = act.why_not(person(request), renewal)
    reasons: Sequence[str] = (reason,) if reason else ()
    was_refused = False
    if request.method == "POST" and form.is_valid():
        try:
            make(renewal, person(request), form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons, was_refused = refusal.reasons, True
        else:
            messages.success(request, f"{act.done}.")
            return redirect("admin:awards_renewal_change", renewal.pk)
    context = {
        **_context(renewal, f"{act.label}, {renewal.year_label}"),
        "act": act,
        "form": form,
        "breakdown": getattr(form, "breakdown", None),
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if was_refused else HTTPStatus.OK
    return draw(request, "renewals/act.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(
        request,
        _get_renewal(request, pk),
        RETURN,
        ReasonForm(posted(request)),
        lambda renewal, actor, typed: return_renewal(renewal=renewal, actor=actor, **typed),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    renewal = _get_renewal(request, pk)
    return _page(
        request,
        renewal,
        PROPOSE,
        ProposalForm(posted(request), renewal=renewal),
        lambda renewal, actor, typed: propose_renewal(
            renewal=renewal,
            actor=actor,
            outcome=Outcome(typed["outcome"]),
            amount=typed["amount"],
            reason=typed["reason"],
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reconsider(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(
        request,
        _get_renewal(request, pk),
        RECONSIDER,
        CommentForm(posted(request)),
        lambda renewal, actor, typed: reconsider_renewal(renewal=renewal, actor=actor, **typed),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    renewal = _get_renewal(request, pk)
    return _page(
        request,
        renewal,
        GRANT,
        DecisionForm(posted(request), renewal=renewal),
        lambda renewal, actor, typed: grant_renewal(renewal=renewal, actor=actor, **typed),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """The reason is the one proposed, unless the head writes another."""
    renewal = _get_renewal(request, pk)
    proposed = renewal.reason if renewal.outcome == Outcome.REJECT else ""
    return _page(
        request,
        renewal,
        REFUSE,
        RefusalForm(posted(request), renewal=renewal, initial={"reason": proposed}),
        lambda renewal, actor, typed: refuse_renewal(renewal=renewal, actor=actor, **typed),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(
        request,
        _get_renewal(request, pk),
        CLOSE,
        ReasonForm(posted(request)),
        lambda renewal, actor, typed: close_renewal(renewal=renewal, actor=actor, **typed),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def graduate(request: HttpRequest, case_file_pk: int) -> HttpResponse:
    """Record the end of the studies."""
    case_file = get_case_file(request, case_file_pk)
    form = GraduationForm(posted(request))
    reason = why_not_record_graduation(person(request), case_file)
    reasons: Sequence[str] = (reason,) if reason else ()
    was_refused = False
    if request.method == "POST" and form.is_valid():
        try:
            record_graduation(case_file=case_file, actor=person(request), **form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons, was_refused = refusal.reasons, True
        else:
            messages.success(request, "Le diplôme est enregistré.")
            return redirect(file_url(case_file))
    context = {
        "title": "Enregistrer le diplôme",
        "file_title": file_title(case_file),
        "case_file": case_file,
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if was_refused else HTTPStatus.OK
    return draw(request, "renewals/graduate.html", context, status=status)


@adds_panel
def renewals_panel(case_file: CaseFile, user: User) -> Panel | None:
    """The school years after the first one, and the diploma: read ahead."""
    if case_file.decided_at is None or not awarded(case_file).practice_follows_graduation:
        return None
    renewals = list(case_file.renewals.all())
    graduation: Graduation | None = getattr(case_file, "graduation", None)
    may_record = graduation is None and not why_not_record_graduation(user, case_file)
    if not renewals and graduation is None and not may_record:
        return None
    return Panel(
        template="admin/awards/renewals/panel.html",
        context={
            "rows": [(renewal, TONES[RenewalStatus(renewal.status)]) for renewal in renewals],
            "graduation": graduation,
            "may_record": may_record,
            "case_file": case_file,
        },
        in_aside=True,
    )
