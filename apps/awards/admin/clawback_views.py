"""One clawback: how it was reckoned, its order, paid back or waived."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.admin.acts import Act, act
from apps.awards.admin.pages import draw, person, posted
from apps.awards.clawbacks import record_repayment, waive_repayment
from apps.awards.commitment_forms import RepaidForm
from apps.awards.enums import ClawbackStatus
from apps.awards.forms import ReasonForm
from apps.awards.models import Clawback
from apps.casefiles.admin.pages import file_title, get_case_file
from apps.casefiles.permissions import why_not_accountant_or_head, why_not_head
from apps.core.money import format_euros
from apps.files.serving import serve_file


def _get_clawback(request: HttpRequest, pk: int) -> Clawback:
    clawback = Clawback.objects.select_related("order", "issued_by").filter(pk=pk).first()
    if clawback is None:
        raise Http404("Ce reversement n’existe pas, ou n’est pas à vous.")
    clawback.case_file = get_case_file(request, clawback.case_file_id)
    return clawback


def clawback_url(clawback: Clawback) -> str:
    return reverse("admin:awards_clawback_change", args=[clawback.pk])


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    clawback, user = _get_clawback(request, pk), person(request)
    context = {
        "title": "Reversement",
        "file_title": file_title(clawback.case_file),
        "case_file": clawback.case_file,
        "clawback": clawback,
        "is_issued": clawback.status == ClawbackStatus.ISSUED,
        "why_not_record": why_not_accountant_or_head(user, clawback.case_file),
        "why_not_waive": why_not_head(user, clawback.case_file),
    }
    return draw(request, "clawback.html", context)


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponseBase:
    clawback = _get_clawback(request, pk)
    if clawback.order is None:
        raise Http404("Rien n’est à rembourser.")
    return serve_file(request, clawback.order, as_attachment=False)


@require_http_methods(["GET", "HEAD", "POST"])
def repaid(request: HttpRequest, pk: int) -> HttpResponse:
    clawback, user = _get_clawback(request, pk), person(request)

    def do(cleaned: dict[str, Any]) -> None:
        record_repayment(
            clawback=clawback,
            actor=user,
            paid_on=cleaned["paid_on"],
            treasury_number=cleaned["treasury_number"],
        )

    return act(
        request,
        Act(
            case_file=clawback.case_file,
            title="Enregistrer le remboursement",
            button="Enregistrer le remboursement",
            back=clawback_url(clawback),
            done="Le remboursement est enregistré.",
            do=do,
            effects=(f"Le payeur a reçu {format_euros(clawback.amount)}, en entier.",),
            why_not=(why_not_accountant_or_head(user, clawback.case_file),),
        ),
        RepaidForm(posted(request)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    clawback, user = _get_clawback(request, pk), person(request)

    def do(cleaned: dict[str, Any]) -> None:
        waive_repayment(clawback=clawback, actor=user, reason=cleaned["reason"])

    return act(
        request,
        Act(
            case_file=clawback.case_file,
            title="Accorder une remise",
            button=f"Renoncer à {format_euros(clawback.amount)}",
            back=clawback_url(clawback),
            done="La remise est accordée.",
            do=do,
            effects=(
                "Le remboursement n’est plus demandé. Cette décision ne se reprend pas.",
                "La raison reste au guichet.",
            ),
            why_not=(why_not_head(user, clawback.case_file),),
            is_dangerous=True,
        ),
        ReasonForm(posted(request), hint="Reste au guichet."),
    )
