"""Messages to the applicant and private notes: posted from the file's page, each with a page of
its own where a refused text is shown again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from apps.casefiles.admin.file_page import may_read_notes
from apps.casefiles.admin.pages import back_to, draw, file_title, get_case_file, person
from apps.casefiles.messaging import MAX_LENGTH, edit_note, send_message, write_note
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_caseworker
from apps.core.forms import CountedTextarea
from apps.core.history import versions


class TextForm(forms.Form):
    body = forms.CharField(max_length=MAX_LENGTH, widget=CountedTextarea)

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = label
        self.fields["body"].help_text = hint
        self.fields["body"].error_messages["required"] = "Écrivez un texte."


def _bound(request: HttpRequest, **options: Any) -> TextForm:
    return TextForm(request.POST if request.method == "POST" else None, **options)


@require_http_methods(["GET", "HEAD", "POST"])
def write_message(request: HttpRequest, pk: int) -> HttpResponse:
    case_file = get_case_file(request, pk)
    _require_caseworker(request, case_file)
    form = _bound(
        request,
        label=f"Message à {case_file.applicant_name}",
        hint="La personne reçoit un courriel sans le texte, et le lit dans son espace.",
    )
    if request.method == "POST" and form.is_valid():
        try:
            send_message(
                case_file=case_file, author=person(request), body=form.cleaned_data["body"]
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Message envoyé.")
            return back_to(case_file, "messages")
    return _draw(request, case_file, form, title="Écrire un message", button="Envoyer")


@require_http_methods(["GET", "HEAD", "POST"])
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    case_file = get_case_file(request, pk)
    _require_caseworker(request, case_file)
    form = _bound(request, label="Note interne", hint="Le demandeur ne la voit jamais.")
    if request.method == "POST" and form.is_valid():
        write_note(case_file=case_file, author=person(request), body=form.cleaned_data["body"])
        messages.success(request, "Note gardée.")
        return back_to(case_file, "notes")
    return _draw(request, case_file, form, title="Écrire une note", button="Garder la note")


@require_http_methods(["GET", "HEAD", "POST"])
def change_note(request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
    """Its author may change a note; whoever reads notes reads its former texts here."""
    case_file = get_case_file(request, pk)
    if not may_read_notes(person(request), case_file):
        raise PermissionDenied("Les notes internes sont réservées au guichet.")
    note = get_object_or_404(case_file.notes.select_related("author"), pk=note_pk)
    form = _bound(request, label="Note interne", initial={"body": note.body})
    is_author = note.author_id == person(request).pk
    if request.method == "POST" and form.is_valid():
        edit_note(note=note, author=person(request), body=form.cleaned_data["body"])
        messages.success(request, "Note modifiée. L’ancien texte reste dans son historique.")
        return back_to(case_file, "notes")
    return _draw(
        request,
        case_file,
        form if is_author else None,
        title=f"Note de {note.author}",
        button="Garder la note",
        note=note,
        versions=versions(note),
    )


def _require_caseworker(request: HttpRequest, case_file: CaseFile) -> None:
    if reason := why_not_caseworker(person(request), case_file):
        raise PermissionDenied(reason)


def _draw(
    request: HttpRequest, case_file: CaseFile, form: TextForm | None, **context: Any
) -> HttpResponse:
    shared = {
        "file_title": file_title(case_file),
        "case_file": case_file,
        "form": form,
        "versions": (),
        "note": None,
    }
    is_wrong = form is not None and form.is_bound
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return draw(request, "write.html", shared | context, status=status)
