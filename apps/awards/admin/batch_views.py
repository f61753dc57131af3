"""A batch: make it, take its files, record what the treasury did with each line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.awards.admin.pages import draw, person, posted
from apps.awards.admin.payment_pages import (
    STATUS_TONES,
    get_batch,
    status_of,
    ticked,
    total,
)
from apps.awards.batch_csv import LONGEST_FILE, read_return
from apps.awards.batches import (
    MOST_PAYMENTS,
    cancel_batch,
    export_batch,
    line_identifier,
    open_batch_file,
    record_answers,
    why_not_export,
    why_not_open_batch,
)
from apps.awards.enums import BatchFormat, InstalmentStatus
from apps.awards.forms import ReasonForm
from apps.awards.models import Batch, BatchLine
from apps.awards.payment_forms import AnswersForm, ExportForm, ReturnUploadForm
from apps.awards.sepa import why_not_transfer_file
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.sheets import SheetError
from apps.core.throttles import limited

_PER_PAGE = 25
_CONTENT_TYPES = {
    BatchFormat.CSV: "text/csv; charset=utf-8",
    BatchFormat.XML: "application/xml; charset=utf-8",
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    batches = (
        Batch.objects.at_desk_of(person(request)).defer("csv", "xml").select_related("created_by")
    )
    context = {
        "title": "Bordereaux",
        "page": Paginator(batches, _PER_PAGE).get_page(request.GET.get("page")),
    }
    return draw(request, "batches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """GET shows what the batch will hold; POST makes it, once for the page that was shown."""
    user = person(request)
    chosen = ticked(request, at_most=MOST_PAYMENTS)
    form = ExportForm(posted(request), initial={"execution_on": clock.today()})
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            batch = export_batch(instalments=chosen, actor=user, **form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"Bordereau {batch.number} établi.")
            return _back_to(batch)
    checked = [(item, why_not_export(user, item)) for item in chosen]
    accepted = [item for item, reason in checked if not reason]
    context = {
        "title": "Établir un bordereau",
        "accepted": accepted,
        "refused": [(item, reason) for item, reason in checked if reason],
        "total": total(accepted),
        "form": form,
        "reasons": reasons,
        "why_not_xml": why_not_transfer_file(),
    }
    return draw(request, "batch_export.html", context, status=status_of(request, reasons))


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Its lines, its files for the accountant, and who took them."""
    batch, user = get_batch(request, pk), person(request)
    lines = _lines(batch)
    waiting = [line for line in lines if is_waiting(line)]
    is_accountant = not why_not_open_batch(user, batch)
    context = {
        "title": f"Bordereau {batch.number}",
        "batch": batch,
        "rows": [
            (line, line_identifier(batch.number, line.rank), *_outcome(line)) for line in lines
        ],
        "waiting": len(waiting),
        "is_accountant": is_accountant,
        "may_cancel": is_accountant
        and not batch.is_closed
        and not any(line.instalment.is_paid for line in lines),
        "downloads": batch.downloads.select_related("user")[:20],
        "why_not_xml": "" if batch.xml_sha256 else why_not_transfer_file(),
    }
    return draw(request, "batch.html", context)


def _lines(batch: Batch) -> list[BatchLine]:
    return list(batch.lines.select_related("instalment__case_file", "batch").order_by("rank"))


def is_waiting(line: BatchLine) -> bool:
    """Neither paid nor sent back."""
    return line.rejected_at is None and line.instalment.status == InstalmentStatus.EXPORTED


def _row(line: BatchLine) -> tuple[BatchLine, str, str, str]:
    """A line, what the treasury calls it, what became of it, and the tone of that."""
    return line, line_identifier(line.batch.number, line.rank), *_outcome(line)


def _outcome(line: BatchLine) -> tuple[str, str]:
    if line.rejected_at:
        return "Rejeté", "no"
    status = InstalmentStatus(line.instalment.status)
    return status.label, STATUS_TONES[status]


@require_POST
@limited("export")
def download(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """By POST: taking a file with account numbers leaves a trace."""
    batch = get_batch(request, pk)
    if form not in BatchFormat.values:
        raise Http404
    chosen = BatchFormat(form)
    try:
        content = open_batch_file(batch=batch, form=chosen, actor=person(request))
    except MoveRefusedError as refusal:
        raise PermissionDenied(" ".join(refusal.reasons)) from refusal
    disposition = content_disposition_header(True, f"{batch.number}.{chosen.value}")
    return HttpResponse(
        content.encode(),
        content_type=_CONTENT_TYPES[chosen],
        headers={
            "Content-Disposition": disposition or "attachment",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The treasury's numbers, typed line by line or read from its own file."""
    batch = get_batch(request, pk)
    _refuse_unless_accountant(person(request), batch)
    waiting = [line for line in _lines(batch) if is_waiting(line)]
    is_upload = request.method == "POST" and "envoyer" in request.POST
    form = AnswersForm(None if is_upload else posted(request), lines=waiting)
    upload = ReturnUploadForm(*((request.POST, request.FILES) if is_upload else ()))
    reasons: Sequence[str] = ()
    bound: forms.Form = upload if is_upload else form
    if request.method == "POST" and bound.is_valid():
        try:
            answers = _read_sheet(batch, upload) if is_upload else form.answers
            record_answers(batch=batch, answers=answers, actor=person(request))
        except (MoveRefusedError, SheetError) as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "C’est enregistré.")
            return _back_to(batch)
    context: dict[str, Any] = {
        "title": "Enregistrer le retour du payeur",
        "batch": batch,
        "form": form,
        "upload": upload,
        "waiting": waiting,
        "reasons": reasons,
    }
    return draw(request, "batch_answer.html", context, status=status_of(request, reasons))


def _read_sheet(batch: Batch, upload: ReturnUploadForm) -> list[Any]:
    """Raises SheetError. The file is read and forgotten: it holds account numbers."""
    amounts = {line_identifier(batch.number, line.rank): line.amount for line in batch.lines.all()}
    content = upload.cleaned_data["sheet"].read(LONGEST_FILE + 1)
    return read_return(content, amounts=amounts)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_batch(request, pk)
    _refuse_unless_accountant(person(request), batch)
    form = ReasonForm(posted(request), hint="Reste au guichet.")
    reasons: Sequence[str] = ("Ce bordereau est clos.",) if batch.is_closed else ()
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            cancel_batch(batch=batch, actor=person(request), reason=reason)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"Bordereau {batch.number} repris.")
            return _back_to(batch)
    context = {
        "title": "Reprendre le bordereau",
        "batch": batch,
        "form": form,
        "reasons": reasons,
    }
    return draw(request, "batch_cancel.html", context, status=status_of(request, reasons))


def _refuse_unless_accountant(user: User, batch: Batch) -> None:
    if reason := why_not_open_batch(user, batch):
        raise PermissionDenied(reason)


def _back_to(batch: Batch) -> HttpResponse:
    return redirect("admin:awards_batch_change", batch.pk)
