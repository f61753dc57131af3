"""Letters and documents, after the check of who asks for them."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.casefiles.models import CaseFile, CoEditor, Document, Letter
from apps.casefiles.views.access import signed_in, signed_in_user
from apps.files.models import StoredFile
from apps.files.serving import serve_file, why_not_open


@require_safe
@signed_in
def letter(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    case_files = CaseFile.objects.visible_to(signed_in_user(request))
    found = get_object_or_404(
        Letter.objects.select_related("file", "case_file"),
        pk=pk,
        case_file__in=case_files.filter(reference=reference),
    )
    return serve_or_explain(request, found.case_file, found.file)


@require_safe
@signed_in
def document(request: HttpRequest, reference: str, file_id: UUID) -> HttpResponseBase:
    user = signed_in_user(request)
    own = CaseFile.objects.visible_to(user).filter(reference=reference)
    shared = CoEditor.objects.drafts_of(user).filter(reference=reference)
    found = get_object_or_404(
        Document.objects.select_related("file", "case_file"),
        Q(case_file__in=own) | Q(case_file__in=shared),
        file_id=file_id,
    )
    return serve_or_explain(request, found.case_file, found.file)


def serve_or_explain(
    request: HttpRequest, case_file: CaseFile, stored: StoredFile
) -> HttpResponseBase:
    """The file, or a page that says why it stays closed (an antivirus is looking at it)."""
    if reason := why_not_open(stored):
        context = {"case_file": case_file, "reason": reason}
        return render(request, "casefiles/file_closed.html", context, status=HTTPStatus.CONFLICT)
    return serve_file(request, stored)
