"""Prepare an agreement, send it, take the signed copy in, send it back: one page each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.admin.acts import Act, act
from apps.awards.admin.pages import person, posted
from apps.awards.admin.papers import show_paper
from apps.awards.agreement_forms import RefusalForm, SignedCopyForm
from apps.awards.agreement_pdf import read_terms
from apps.awards.agreement_rules import (
    why_not_prepare,
    why_not_refuse,
    why_not_return,
    why_not_send,
    why_not_sign_act,
)
from apps.awards.agreements import (
    prepare_agreement,
    refuse_return,
    send_agreement,
)
from apps.awards.bank_details import why_not_give
from apps.awards.forms import MoveForm
from apps.awards.models import Agreement, AgreementCopy, BankDetails
from apps.awards.views.agreement import store_and_return
from apps.casefiles.admin.pages import file_url, get_case_file
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.enums import AWARDED_STATES
from apps.casefiles.models import CaseFile
from apps.files.serving import serve_file

_NO_DOCUMENT = "Ce document n’est pas au dossier."
Make = Callable[[CaseFile, User, dict[str, Any]], object]


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """What the agreement will say, before its PDF is made."""
    case_file, agreement = _read(request, pk)
    why_not = why_not_prepare(person(request), case_file, agreement)
    return _act(
        request,
        case_file,
        "prepare",
        MoveForm(posted(request), initial={"version": case_file.version}),
        why_not=why_not,
        make=lambda file, actor, cleaned: prepare_agreement(
            case_file=file, actor=actor, expected_version=cleaned["version"]
        ),
        title="Préparer la convention",
        done="Convention préparée. Relisez-la, puis envoyez-la.",
        extra={"terms": None if why_not else read_terms(case_file), "agreement": agreement},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """By e-mail to whoever has an account; on paper to the others: the page says which."""
    case_file, agreement = _read(request, pk)
    is_on_paper = case_file.applicant_id is None
    done = (
        "Imprimez la convention et postez-la."
        if is_on_paper
        else "Convention envoyée. Un courriel part avec le lien."
    )
    return _act(
        request,
        case_file,
        "send",
        MoveForm(posted(request), initial={"version": case_file.version}),
        why_not=why_not_send(person(request), case_file, agreement),
        make=lambda file, actor, cleaned: send_agreement(
            case_file=file, actor=actor, expected_version=cleaned["version"]
        ),
        title="Envoyer la convention",
        done=done,
        extra={"agreement": agreement, "is_on_paper": is_on_paper},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed copy that came by post or at the desk, scanned."""
    case_file, agreement = _read(request, pk)
    return _act(
        request,
        case_file,
        "return",
        SignedCopyForm(
            posted(request), request.FILES or None, initial={"version": case_file.version}
        ),
        why_not=why_not_return(person(request), case_file, agreement),
        make=store_and_return,
        title="Enregistrer l’exemplaire signé",
        done="Exemplaire signé reçu. Il reste à le vérifier.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    case_file, agreement = _read(request, pk)
    return _act(
        request,
        case_file,
        "refuse",
        RefusalForm(posted(request), initial={"version": case_file.version}),
        why_not=why_not_refuse(person(request), case_file, agreement),
        make=lambda file, actor, cleaned: refuse_return(
            case_file=file,
            actor=actor,
            reason=cleaned["reason"],
            expected_version=cleaned["version"],
        ),
        title="Faire signer de nouveau",
        done="L’exemplaire est refusé, avec son motif.",
        extra={"agreement": agreement},
    )


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF to sign, for whoever reads the file."""
    _, agreement = _read(request, pk)
    if agreement is None or agreement.document is None:
        raise Http404(_NO_DOCUMENT)
    return serve_file(request, agreement.document, as_attachment=False)


@require_safe
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed copy on the file, for whoever reads it."""
    case_file, agreement = _read(request, pk)
    if agreement is None or agreement.scan is None:
        raise Http404(_NO_DOCUMENT)
    return show_paper(request, case_file, agreement.scan)


@require_safe
def copy(request: HttpRequest, pk: int, copy_pk: int) -> HttpResponseBase:
    """Any copy that came in, the refused ones included."""
    case_file, _ = _read(request, pk)
    copies = AgreementCopy.objects.select_related("file").filter(agreement__case_file=case_file)
    return show_paper(request, case_file, get_object_or_404(copies, pk=copy_pk).file)


def _read(request: HttpRequest, pk: int) -> tuple[CaseFile, Agreement | None]:
    case_file = get_case_file(request, pk)
    return case_file, Agreement.objects.for_file(case_file)


def _act(
    request: HttpRequest,
    case_file: CaseFile,
    name: str,
    form: forms.Form,
    *,
    why_not: str,
    make: Make,
    title: str,
    done: str,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of one act on the agreement."""
    page = Act(
        case_file=case_file,
        title=title,
        button=title,
        back=file_url(case_file),
        done=done,
        do=partial(make, case_file, person(request)),
        why_not=(why_not,),
        template=f"agreement_{name}.html",
        context=extra or {},
    )
    return act(request, page, form)


@adds_panel
def agreement_panel(case_file: CaseFile, user: User) -> Panel | None:
    """Where the agreement and the account stand, and what may be done now: read ahead."""
    if case_file.state not in AWARDED_STATES or why_not_sign_act(case_file):
        return None
    agreement: Agreement | None = getattr(case_file, "agreement", None)
    details: BankDetails | None = getattr(case_file, "bank_details", None)
    return Panel(
        template="admin/awards/agreement_panel.html",
        context={
            "agreement": agreement,
            "details": details,
            "case_file": case_file,
            "copies": list(agreement.copies.all()) if agreement else [],
            "acts": _acts(case_file, user, agreement),
            "account_url": _account_url(case_file, user, details),
        },
        in_aside=True,
    )


def _acts(case_file: CaseFile, user: User, agreement: Agreement | None) -> list[tuple[str, str]]:
    """(label, address) of what this person may do now, the next step first."""
    again = "Refaire la convention" if agreement else "Préparer la convention"
    possible = (
        ("send", "Envoyer la convention", why_not_send),
        ("return", "Enregistrer l’exemplaire signé", why_not_return),
        ("refuse", "Faire signer de nouveau", why_not_refuse),
        ("prepare", again, why_not_prepare),
    )
    return [
        (label, reverse(f"admin:awards_agreement_{name}", args=[case_file.pk]))
        for name, label, why_not in possible
        if not why_not(user, case_file, agreement)
    ]


def _account_url(case_file: CaseFile, user: User, details: BankDetails | None) -> str:
    """Where this person reads the account, or types it in for somebody without one; else ""."""
    if details is not None:
        return reverse("admin:awards_agreement_account", args=[case_file.pk])
    if case_file.applicant_id is None and not why_not_give(user, case_file):
        return reverse("admin:awards_agreement_give_account", args=[case_file.pk])
    return ""
