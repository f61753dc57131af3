"""The pieces of a file: what is asked, sending it, taking it back, saying when it comes."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.casefiles.applicant_forms import PromiseForm, UploadForm
from apps.casefiles.documents import (
    DocumentRow,
    add_documents,
    document_rows,
    promise_document,
    remove_document,
    why_not_add_document,
)
from apps.casefiles.models import CaseFile, Document
from apps.casefiles.programmes import programmes
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.core import clock
from apps.files.forms import UploadBatch
from apps.files.storage import store_upload


@require_safe
@signed_in
def pieces(request: HttpRequest, reference: str) -> HttpResponse:
    case_file = get_case_file_or_404(request, reference, also_agents=True, also_co_editors=True)
    return render(
        request,
        "casefiles/pieces.html",
        {
            "case_file": case_file,
            "programme": programmes[case_file.programme],
            "rows": document_rows(case_file),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def piece(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """One piece: its files, and either more files or « Je ne l’ai pas encore »."""
    case_file = get_case_file_or_404(request, reference, also_agents=True, also_co_editors=True)
    user = signed_in_user(request)
    rows = document_rows(case_file)
    row = _row_or_404(rows, slug)
    why_not = why_not_add_document(user, case_file, row.kind)
    is_upload = request.method == "POST" and "promise" not in request.POST
    is_promise = request.method == "POST" and "promise" in request.POST
    upload_form = UploadForm(request.POST, request.FILES) if is_upload else UploadForm()
    promise_form = PromiseForm(
        request.POST if is_promise else None,
        initial=model_to_dict(row.promise, fields=PromiseForm.Meta.fields) if row.promise else None,
    )
    if is_upload and upload_form.is_valid():
        if _add(request, case_file, row, upload_form):
            return redirect("casefiles:piece", reference=reference, slug=slug)
    elif is_promise and promise_form.is_valid() and _promise(user, case_file, row, promise_form):
        messages.success(request, "C’est noté : nous savons quand cette pièce arrive.")
        return redirect("casefiles:pieces", reference=reference)
    return render(
        request,
        "casefiles/piece.html",
        {
            "case_file": case_file,
            "programme": programmes[case_file.programme],
            "row": row,
            "why_not": why_not,
            "following": _following(rows, row),
            "form": upload_form,
            "promise_form": promise_form,
        },
    )


@require_POST
@signed_in
def remove(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """Take one file back. The page comes again with the reason when it cannot be."""
    case_file = get_case_file_or_404(request, reference, also_agents=True, also_co_editors=True)
    chosen = request.POST.get("document", "")
    document = get_object_or_404(
        Document.objects.select_related("kind", "file"),
        case_file=case_file,
        kind__slug=slug,
        pk=int(chosen) if chosen.isdecimal() else 0,
    )
    try:
        remove_document(document=document, by=signed_in_user(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"« {document.file} » est retiré.")
    return redirect("casefiles:piece", reference=reference, slug=slug)


def _row_or_404(rows: list[DocumentRow], slug: str) -> DocumentRow:
    for row in rows:
        if row.kind.slug == slug:
            return row
    raise Http404("Cette pièce n’est pas demandée.")


def _following(rows: list[DocumentRow], row: DocumentRow) -> DocumentRow | None:
    """The next piece that is still awaited."""
    return next((other for other in rows[rows.index(row) + 1 :] if not other.is_answered), None)


def _add(request: HttpRequest, case_file: CaseFile, row: DocumentRow, form: UploadForm) -> bool:
    """Keep the good files, and name each refused one with its reason."""
    batch: UploadBatch = form.cleaned_data["uploads"]
    user, at = signed_in_user(request), clock.now()
    try:
        with transaction.atomic():
            files = [store_upload(upload, uploaded_by=user, at=at) for upload in batch.accepted]
            add_documents(case_file=case_file, kind=row.kind, files=files, by=user, at=at)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    count = len(files)
    messages.success(
        request, f"{count} fichiers reçus." if count > 1 else f"« {files[0]} » est reçu."
    )
    for refused in batch.refusals:
        messages.error(request, f"Non reçu, {refused}")
    return True


def _promise(user: User, case_file: CaseFile, row: DocumentRow, form: PromiseForm) -> bool:
    try:
        promise_document(
            case_file=case_file,
            kind=row.kind,
            reason=form.cleaned_data["reason"],
            expected_on=form.cleaned_data["expected_on"],
            by=user,
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True
