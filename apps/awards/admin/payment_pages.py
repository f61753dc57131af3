"""What the pages of payments share: who asks, which payment, how a page is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.awards.admin.pages import person
from apps.awards.enums import InstalmentStatus
from apps.awards.models import Batch, Instalment

_S = InstalmentStatus
# How a status stands out; it is always written out too.
STATUS_TONES: dict[str, str] = {
    _S.PLANNED: "none",
    _S.AWAITED: "todo",
    _S.RECEIVED: "info",
    _S.DUE: "info",
    _S.VALIDATED: "info",
    _S.EXPORTED: "info",
    _S.PAID: "ok",
    _S.CANCELLED: "",
}
# The parameter of the boxes of a list: `?versement=12&versement=15`.
PARAMETER = "versement"


def get_instalment(request: HttpRequest, pk: int) -> Instalment:
    """A payment of a file that this person reads; Http404 otherwise."""
    instalment = (
        Instalment.objects.at_desk_of(person(request))
        .select_related("case_file__applicant", "validated_by")
        .filter(pk=pk)
        .first()
    )
    if instalment is None:
        raise Http404("Ce versement n’existe pas, ou n’est pas à vous.")
    return instalment


def get_batch(request: HttpRequest, pk: int) -> Batch:
    """A batch whose every file this person reads; Http404 otherwise."""
    batches = Batch.objects.at_desk_of(person(request)).select_related("created_by")
    if (batch := batches.filter(pk=pk).first()) is None:
        raise Http404("Ce bordereau n’existe pas, ou n’est pas à vous.")
    return batch


def ticked(request: HttpRequest, *, at_most: int) -> list[Instalment]:
    """The payments ticked in a list, of those that this person sees: two queries at most."""
    data = request.POST if request.method == "POST" else request.GET
    pks = [
        int(value) for value in data.getlist(PARAMETER) if value.isdecimal() and len(value) < 19
    ][: at_most + 1]
    chosen = Instalment.objects.at_desk_of(person(request)).filter(pk__in=pks)
    return list(
        chosen.select_related("case_file")
        .prefetch_related("case_file__decisions")
        .order_by("case_file__reference", "rank")
    )


def total(instalments: Iterable[Instalment]) -> Decimal:
    """Euros of these payments."""
    return sum((instalment.amount for instalment in instalments), Decimal(0))


def payment_url(instalment: Instalment) -> str:
    return reverse("admin:awards_instalment_change", args=[instalment.pk])


def back_to(instalment: Instalment) -> HttpResponse:
    return redirect(payment_url(instalment))


def status_of(request: HttpRequest, reasons: Sequence[str]) -> int:
    """409 for something asked that cannot be done."""
    return 409 if request.method == "POST" and reasons else 200
