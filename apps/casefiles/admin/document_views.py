"""Open a piece, check it, open a letter: each after the question who asks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.casefiles.admin.file_page import CHECK_TONES
from apps.casefiles.admin.pages import back_to, draw, file_title, get_case_file, person
from apps.casefiles.documents import review_document
from apps.casefiles.enums import ReviewStatus
from apps.casefiles.models import CaseFile, Document, DocumentAccess
from apps.casefiles.permissions import why_not_review_documents
from apps.core import clock
from apps.core.forms import CountedTextarea
from apps.files.models import StoredFile
from apps.files.serving import serve_file, why_not_open

ACCEPT, REFUSE = "accepter", "refuser"
LONGEST_REASON = 500


class CheckForm(forms.Form):
    """The two buttons of a check are `answer`; a refusal says why."""

    answer = forms.ChoiceField(choices=[(ACCEPT, "Accepter"), (REFUSE, "Refuser")])
    comment = forms.CharField(
        label="Pourquoi elle est à remplacer",
        help_text="La personne le lit.",
        max_length=LONGEST_REASON,
        required=False,
        widget=CountedTextarea,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == REFUSE and not cleaned.get("comment", "").strip():
            self.add_error("comment", "Dites pourquoi la pièce est à remplacer.")
        return cleaned


@require_safe
def open_document(request: HttpRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """The file itself, shown in the browser's sandbox; who opened it is kept.

    Documents that were taken back can be read too: they belong to the story.
    """
    document = _document(get_case_file(request, pk), document_pk)
    if reason := why_not_open(document.file):
        return _closed(request, document.case_file, reason)
    DocumentAccess.objects.create(document=document, user=person(request), at=clock.now())
    return _serve(request, document.file)


@require_safe
def open_letter(request: HttpRequest, pk: int, letter_pk: int) -> HttpResponseBase:
    """A letter of the guichet: nothing in it that the file's page does not say."""
    case_file = get_case_file(request, pk)
    letter = get_object_or_404(case_file.letters.select_related("file"), pk=letter_pk)
    return _serve(request, letter.file)


@require_http_methods(["GET", "HEAD", "POST"])
def check_document(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Accept a document, or refuse it with a reason; GET shows it with who opened it."""
    case_file = get_case_file(request, pk)
    document = _document(case_file, document_pk)
    form = CheckForm(request.POST if request.method == "POST" else None)
    refusal = why_not_review_documents(person(request), case_file)
    if request.method == "POST" and form.is_valid():
        accepted = form.cleaned_data["answer"] == ACCEPT
        try:
            review_document(
                document=document,
                by=person(request),
                accepted=accepted,
                comment=form.cleaned_data["comment"] if not accepted else "",
            )
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            done = "acceptée" if accepted else "à remplacer"
            messages.success(request, f"Pièce {done} : {document.kind.label}.")
            return back_to(case_file, f"piece-{document.kind_id}")
    context = {
        "title": f"Contrôler : {document.kind.label}",
        "file_title": file_title(case_file),
        "case_file": case_file,
        "document": document,
        "tone": CHECK_TONES[ReviewStatus(document.status)],
        "accesses": document.accesses.select_related("user")[:20],
        "form": form,
        "refusal": refusal if request.method == "POST" else "",
        "can_check": not why_not_review_documents(person(request), case_file),
    }
    was_refused = request.method == "POST" and bool(refusal)
    status = HTTPStatus.CONFLICT if was_refused else HTTPStatus.OK
    return draw(request, "check_document.html", context, status=status)


def _document(case_file: CaseFile, pk: int) -> Document:
    """A document of this very file; Http404 for another file's."""
    document: Document = get_object_or_404(
        case_file.documents.select_related("file", "kind", "reviewed_by", "added_by"), pk=pk
    )
    return document


def _serve(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """Shown in its tab when every browser can, else downloaded (photographs of telephones)."""
    return serve_file(request, stored, as_attachment=stored.is_image and not stored.can_preview)


def _closed(request: HttpRequest, case_file: CaseFile, reason: str) -> HttpResponse:
    context = {
        "title": "Cette pièce reste fermée",
        "file_title": file_title(case_file),
        "case_file": case_file,
        "reason": reason,
    }
    return draw(request, "document_closed.html", context, status=HTTPStatus.CONFLICT)
