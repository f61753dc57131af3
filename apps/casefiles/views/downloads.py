"""Letters and documents, after the check of who asks for them.

Staff read the files of others in the back office, where who opened what is kept.
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.casefiles.models import CaseFile
from apps.casefiles.views.access import get_case_file_or_404, signed_in
from apps.files.models import StoredFile
from apps.files.serving import serve_file, why_not_open


@require_safe
@signed_in
def letter(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    found = get_object_or_404(case_file.letters.select_related("file"), pk=pk)
    return serve_or_explain(request, case_file, found.file)


@require_safe
@signed_in
def document(request: HttpRequest, reference: str, file_id: UUID) -> HttpResponseBase:
    case_file = get_case_file_or_404(request, reference, also_agents=True, also_co_editors=True)
    found = get_object_or_404(case_file.documents.select_related("file"), file_id=file_id)
    return serve_or_explain(request, case_file, found.file)


def serve_or_explain(
    request: HttpRequest, case_file: CaseFile, stored: StoredFile
) -> HttpResponseBase:
    """The file, or a page that says why it stays closed (an antivirus is looking at it)."""
    if reason := why_not_open(stored):
        context = {"case_file": case_file, "reason": reason}
        return render(request, "casefiles/file_closed.html", context, status=HTTPStatus.CONFLICT)
    return serve_file(request, stored)
