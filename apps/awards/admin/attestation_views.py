"""What the guichet does about attestations, each on a page of its own, and what it reads of them
on the file's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.admin.pages import draw, person, posted
from apps.awards.admin.papers import show_paper
from apps.awards.attestation_forms import AttesterForm, PaperForm, SettlementForm
from apps.awards.attestation_links import (
    current_attester,
    designate_attester,
    is_month_due,
    send_link,
    why_not_send,
)
from apps.awards.attestations import record_on_paper, settle
from apps.awards.enums import ProofKind
from apps.awards.models import Attestation, Instalment
from apps.awards.programmes import Attester
from apps.casefiles.admin.pages import file_title, file_url, get_case_file
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.enums import AWARDED_STATES
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_caseworker
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.files.storage import store_upload

Act = Callable[[dict[str, Any]], object]


def _page(
    request: HttpRequest,
    case_file: CaseFile,
    form: forms.Form,
    act: Act,
    *,
    title: str,
    done: str,
    reason: str = "",
    **context: Any,
) -> HttpResponse:
    """GET asks, POST acts; a refusal shows its reasons above what was typed."""
    reasons: Sequence[str] = [reason] if reason else []
    was_refused = False
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons, was_refused = refusal.reasons, True
        else:
            messages.success(request, done)
            return redirect(file_url(case_file, "presences"))
    status = HTTPStatus.CONFLICT if was_refused else HTTPStatus.OK
    return draw(
        request,
        "attestation_form.html",
        {
            "title": title,
            "file_title": file_title(case_file),
            "case_file": case_file,
            "form": form,
            "reasons": reasons,
            **context,
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link, at once: earlier ones stay valid until their own end."""
    case_file = get_case_file(request, pk)
    attester = current_attester(case_file)
    return _page(
        request,
        case_file,
        forms.Form(posted(request)),
        lambda cleaned: send_link(case_file=case_file, actor=person(request)),
        title="Envoyer un nouveau lien",
        done="Le lien est envoyé.",
        reason=why_not_caseworker(person(request), case_file)
        or why_not_send(case_file, on=clock.today()),
        effects=[f"Un courriel part à {attester.name}, {attester.email}."] if attester else [],
        button="Envoyer le lien",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def designate(request: HttpRequest, pk: int) -> HttpResponse:
    case_file = get_case_file(request, pk)
    known = current_attester(case_file)
    return _page(
        request,
        case_file,
        AttesterForm(posted(request), initial=asdict(known) if known else {}),
        lambda cleaned: designate_attester(
            case_file=case_file, actor=person(request), attester=Attester(**cleaned)
        ),
        title="Changer la personne qui confirme",
        done="C’est enregistré. Vous pouvez lui envoyer un lien.",
        reason=why_not_caseworker(person(request), case_file),
        effects=["Les liens déjà envoyés à une autre adresse ne s’ouvrent plus."],
        button="Enregistrer",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is the instalment's."""
    instalment = get_object_or_404(Instalment, pk=pk, proof_kind=ProofKind.ATTESTATION)
    case_file = get_case_file(request, instalment.case_file_id)
    known = current_attester(case_file)
    form = PaperForm(
        posted(request),
        request.FILES or None,
        initial={"given_by": known.name if known else ""},
    )

    def act(cleaned: dict[str, Any]) -> None:
        """The scan is stored and the answer kept together, or neither."""
        with transaction.atomic():
            record_on_paper(
                instalment=instalment,
                actor=person(request),
                given_by=cleaned["given_by"],
                answer=form.answer,
                scan=store_upload(cleaned["scan"], uploaded_by=person(request), at=clock.now()),
            )

    return _page(
        request,
        case_file,
        form,
        act,
        title=f"Attestation papier : {instalment.label}",
        done="L’attestation est au dossier.",
        reason=why_not_caseworker(person(request), case_file),
        effects=["La réponse ne se change plus ensuite."],
        button="Enregistrer l’attestation",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def amount(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is the attestation's: what a month that was not whole is worth."""
    attestation = get_object_or_404(Attestation.objects.select_related("instalment"), pk=pk)
    case_file = get_case_file(request, attestation.instalment.case_file_id)
    settled = "" if attestation.needs_settling else "Le montant de ce mois est déjà fixé."
    return _page(
        request,
        case_file,
        SettlementForm(posted(request)),
        lambda cleaned: settle(
            attestation=attestation,
            actor=person(request),
            amount=cleaned["amount"],
            reason=cleaned["reason"],
        ),
        title=f"Décider du montant : {attestation.instalment.label}",
        done="Le montant est fixé. La personne en est avertie.",
        reason=why_not_caseworker(person(request), case_file) or settled,
        attestation=attestation,
        effects=["La personne reçoit un courriel. Le motif figure dans son dossier."],
        button="Fixer ce montant",
    )


@require_safe
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`pk` is the attestation's: its paper, for whoever reads the file."""
    attestation = get_object_or_404(Attestation.objects.select_related("instalment", "scan"), pk=pk)
    case_file = get_case_file(request, attestation.instalment.case_file_id)
    if attestation.scan is None:
        raise Http404("Cette attestation n’a pas de papier.")
    return show_paper(request, case_file, attestation.scan)


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """One month on the file's page; `is_due`: over, and nobody attested it."""

    month: Instalment
    attestation: Attestation | None
    is_due: bool


@adds_panel
def attestations_panel(case_file: CaseFile, user: User) -> Panel | None:
    """Each month with its answer, who attests, and what may be done: read ahead, but for the links
    of an award that somebody attests."""
    if case_file.state not in AWARDED_STATES:
        return None
    on = clock.today()
    rows = [
        MonthRow(
            month=month,
            attestation=getattr(month, "attestation", None),
            is_due=is_month_due(month, on=on),
        )
        for month in case_file.instalments.all()
        if month.proof_kind == ProofKind.ATTESTATION
    ]
    if not rows:
        return None
    attester = current_attester(case_file)
    links = list(case_file.attestation_links.all())
    return Panel(
        template="admin/awards/attestations_panel.html",
        context={
            "rows": rows,
            "attester": attester,
            "is_disowned": attester is not None
            and any(link.disowned_at and link.is_for(attester.email) for link in links),
            "last_link": links[0] if links else None,
            "can_send": any(row.is_due for row in rows),
            "acts": not why_not_caseworker(user, case_file),
            "case_file": case_file,
        },
    )
