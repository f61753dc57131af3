"""One payment: its page, and what the accountant or the head does with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.admin.pages import draw, person, posted
from apps.awards.admin.payment_pages import (
    STATUS_TONES,
    back_to,
    get_instalment,
    status_of,
    ticked,
    total,
)
from apps.awards.batches import MOST_PAYMENTS
from apps.awards.forms import ReasonForm
from apps.awards.models import Instalment
from apps.awards.payments import (
    cancel_instalment,
    read_for_validation,
    reject_payment,
    standing_line,
    unvalidate_payment,
    validate_payments,
    why_not_cancel,
    why_not_validate,
)
from apps.awards.permissions import why_not_accountant
from apps.awards.proofs import why_not_ask, why_not_give_proof, why_not_review_proof
from apps.casefiles.admin.pages import file_title
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock

_THE_GUICHET_READS = "Reste au guichet."
_THE_PERSON_READS = "La personne le lit."


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one payment, and what this person may do with it now."""
    instalment, user = get_instalment(request, pk), person(request)
    is_accountant = not why_not_accountant(user, instalment.case_file)
    context = {
        "title": f"Versement {instalment.rank} : {instalment.label}",
        "file_title": file_title(instalment.case_file),
        "instalment": instalment,
        "tone": STATUS_TONES[instalment.status],
        "is_late": instalment.is_late(clock.today()),
        "proofs": instalment.proofs.select_related("file", "given_by", "reviewed_by"),
        "lines": instalment.batch_lines.select_related("batch").order_by("-pk"),
        "is_accountant": is_accountant,
        "why_not_validate": why_not_validate(user, instalment),
        "may_review": not why_not_review_proof(user, instalment),
        "may_give": not why_not_give_proof(user, instalment),
        "may_ask": not why_not_ask(user, instalment),
        "may_unvalidate": is_accountant and instalment.status == "validated",
        "may_settle": is_accountant and instalment.status == "exported",
        "may_cancel": not why_not_cancel(user, instalment),
    }
    return draw(request, "payment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def validate(request: HttpRequest) -> HttpResponse:
    """GET shows the ticked payments, with what stands against some; POST validates them all."""
    user = person(request)
    chosen = ticked(request, at_most=MOST_PAYMENTS)
    reasons: Sequence[str] = ()
    if request.method == "POST":
        try:
            done = validate_payments(instalments=chosen, actor=user)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            count = len(done)
            messages.success(
                request, f"{count} versements validés." if count > 1 else "Versement validé."
            )
            return redirect(f"{reverse('admin:awards_instalment_changelist')}?vue=a-transmettre")
    read_for_validation(chosen)
    checked = [(item, why_not_validate(user, item)) for item in chosen]
    accepted = [item for item, reason in checked if not reason]
    context = {
        "title": "Valider des versements",
        "accepted": accepted,
        "refused": [(item, reason) for item, reason in checked if reason],
        "total": total(accepted),
        "reasons": reasons,
    }
    return draw(request, "payments_validate.html", context, status=status_of(request, reasons))


@require_http_methods(["GET", "HEAD", "POST"])
def unvalidate(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        title="Retirer la validation",
        effects=("Le versement revient à « À valider ».", "La personne n’en est pas avertie."),
        hint=_THE_GUICHET_READS,
        act=unvalidate_payment,
        why_not=lambda instalment: why_not_accountant(person(request), instalment.case_file),
        done="La validation est retirée.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        title="Enregistrer un rejet du payeur",
        effects=(
            "Le versement revient à « Validé » : un autre bordereau peut le reprendre.",
            "La ligne du bordereau garde le motif.",
        ),
        hint=_THE_GUICHET_READS,
        act=reject_payment,
        why_not=lambda instalment: why_not_accountant(person(request), instalment.case_file),
        done="Le rejet est enregistré.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        title="Annuler le versement",
        effects=(
            "Ce versement ne sera jamais fait.",
            "Son montant revient à l’enveloppe de son exercice.",
        ),
        hint=_THE_PERSON_READS,
        act=cancel_instalment,
        why_not=lambda instalment: why_not_cancel(person(request), instalment),
        done="Le versement est annulé.",
    )


def _with_reason(
    request: HttpRequest,
    pk: int,
    *,
    title: str,
    effects: Sequence[str],
    hint: str,
    act: Callable[..., Instalment],
    why_not: Callable[[Instalment], str],
    done: str,
) -> HttpResponse:
    """GET says what will happen and asks why; POST does it."""
    instalment = get_instalment(request, pk)
    form = ReasonForm(posted(request), hint=hint)
    reasons: Sequence[str] = [reason for reason in [why_not(instalment)] if reason]
    if request.method == "POST" and form.is_valid():
        line = standing_line(instalment)
        try:
            act(instalment=instalment, actor=person(request), reason=form.cleaned_data["reason"])
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, done)
            if act is reject_payment and line:
                return redirect("admin:awards_batch_change", line.batch_id)
            return back_to(instalment)
    context: dict[str, Any] = {
        "title": title,
        "instalment": instalment,
        "file_title": file_title(instalment.case_file),
        "effects": effects,
        "form": form,
        "reasons": reasons,
    }
    return draw(request, "payment_reason.html", context, status=status_of(request, reasons))
