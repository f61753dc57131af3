"""One file before a juror: the declaration first, then the reading, its pieces and the marks."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from itertools import groupby
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.casefiles.models import Document, DocumentAccess
from apps.casefiles.transitions import MoveRefusedError
from apps.casefiles.views.access import signed_in
from apps.core import clock
from apps.core.forms import retyped
from apps.files.serving import serve_file
from apps.juries.declarations import declare
from apps.juries.enums import ReviewStatus
from apps.juries.forms import ConflictForm, DeclarationForm, ReviewForm
from apps.juries.models import Declaration, Review
from apps.juries.programmes import JudgedProgramme, Passage, judged
from apps.juries.reviews import StaleReviewError, reopen_review, save_review
from apps.juries.views.access import Desk, file_or_404

# The button that gives a review; the other keeps it as a draft.
GIVE = "rendre"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Before the declaration only the title; after it the file, and the juror's own review."""
    desk = file_or_404(request, reference)
    declared = Declaration.objects.filter(juror=desk.juror, case_file=desk.case_file)
    if not declared.exists():
        return _declaration(request, desk)
    return _review(request, desk)


def _declaration(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = DeclarationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _declare(
            request, desk, has_conflict=form.has_conflict, reason=form.cleaned_data["reason"]
        )
    context = {**_head(desk), "form": form}
    return render(request, "juries/declaration.html", context)


def _declare(request: HttpRequest, desk: Desk, *, has_conflict: bool, reason: str) -> HttpResponse:
    declare(juror=desk.juror, case_file=desk.case_file, has_conflict=has_conflict, reason=reason)
    if has_conflict:
        messages.success(request, "C’est noté. Ce projet a quitté votre espace.")
        return redirect("juries:home")
    return redirect("juries:file", desk.case_file.reference)


def _head(desk: Desk) -> dict[str, Any]:
    """What every page about a file shows of it."""
    campaign = desk.juror.jury.campaign
    programme = judged(campaign)
    themes = dict(programme.themes(campaign))
    hidden = desk.sight.is_anonymous
    return {
        "case_file": desk.case_file,
        "campaign": campaign,
        "title": programme.title_of(desk.case_file),
        "theme": themes.get(programme.theme_of(desk.case_file), ""),
        "organisation": "" if hidden else programme.organisation_of(desk.case_file),
        "is_anonymous": hidden,
    }


def _review(request: HttpRequest, desk: Desk) -> HttpResponse:
    review = Review.objects.standing().filter(juror=desk.juror, case_file=desk.case_file).first()
    criteria = list(desk.juror.jury.campaign.criteria.all())
    data = request.POST if request.method == "POST" else None
    form = ReviewForm(data, criteria=criteria, review=review)
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        is_final = GIVE in request.POST
        try:
            save_review(
                juror=desk.juror,
                case_file=desk.case_file,
                written=form.written,
                is_final=is_final,
                expected_version=form.cleaned_data["version"],
            )
        except StaleReviewError as refusal:
            reasons = refusal.reasons
            # What was typed stays; sent again, it is about the review as it is now.
            form.data = retyped(request.POST, version=str(review.version if review else 0))
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            words = "Lecture rendue." if is_final else "Brouillon enregistré."
            messages.success(request, words)
            return redirect("juries:home" if is_final else request.path)
    context = {
        **_head(desk),
        **_reading(desk),
        "form": form,
        "review": review,
        "is_given": review is not None and review.status == ReviewStatus.FINAL,
        "criteria": criteria,
        "others": _others(desk, review),
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return render(request, "juries/file.html", context, status=status)


def _reading(desk: Desk) -> dict[str, Any]:
    programme = judged(desk.juror.jury.campaign)
    view = programme.anonymous_view if desk.sight.is_anonymous else programme.reading_view
    return {
        "parts": _parts(view(desk.case_file)),
        "pieces": [(document, _piece_name(desk, document)) for document in _pieces(desk)],
    }


def _parts(passages: Sequence[Passage]) -> list[tuple[str, list[Passage]]]:
    return [
        (heading, list(group)) for heading, group in groupby(passages, lambda item: item.heading)
    ]


def _pieces(desk: Desk) -> list[Document]:
    """The received files that may be opened today; in an anonymous phase, those of no name."""
    programme: JudgedProgramme = judged(desk.juror.jury.campaign)
    documents = desk.case_file.documents.current().select_related("kind", "file")
    return [
        document
        for document in documents
        if not desk.sight.is_anonymous or programme.is_anonymous_piece(document.kind)
    ]


def _piece_name(desk: Desk, document: Document) -> str:
    """A file's own name may name its owner."""
    return document.kind.label if desk.sight.is_anonymous else document.file.original_name


def _others(desk: Desk, review: Review | None) -> list[tuple[str, Review]]:
    """The other jurors' given reviews, as far as the phase shows them: one query, or none."""
    if not desk.sight.shows_others_marks(review):
        return []
    found = (
        Review.objects.final()
        .filter(case_file=desk.case_file, juror__jury=desk.juror.jury)
        .exclude(juror=desk.juror)
        .select_related("juror__user")
        .order_by("finished_at")
    )
    named = desk.sight.shows_juror_names
    return [
        (str(item.juror) if named else f"Juré {number}", item)
        for number, item in enumerate(found, start=1)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def conflict(request: HttpRequest, reference: str) -> HttpResponse:
    """Declare a conflict after all: the file is known better once it is read."""
    desk = file_or_404(request, reference)
    form = ConflictForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _declare(request, desk, has_conflict=True, reason=form.cleaned_data["reason"])
    return render(request, "juries/conflict.html", {**_head(desk), "form": form})


@require_POST
@signed_in
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    desk = file_or_404(request, reference)
    try:
        reopen_review(juror=desk.juror, case_file=desk.case_file)
    except MoveRefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect("juries:file", reference)


@require_safe
@signed_in
def piece(request: HttpRequest, reference: str, file_id: UUID) -> HttpResponseBase:
    """A received file, once the juror has declared; who opened it is kept."""
    desk = file_or_404(request, reference)
    get_object_or_404(Declaration, juror=desk.juror, case_file=desk.case_file, has_conflict=False)
    document = next((item for item in _pieces(desk) if item.file_id == file_id), None)
    if document is None:
        raise Http404
    response = serve_file(request, document.file, as_attachment=False)
    DocumentAccess.objects.create(document=document, user=desk.juror.user, at=clock.now())
    if desk.sight.is_anonymous:
        name = f"{slugify(document.kind.label)}{PurePath(document.file.original_name).suffix}"
        response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response
