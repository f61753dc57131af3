"""What every page of the desk shares: finding the file, drawing the page, coming back to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes

# How a state stands out; it is always written out too.
TONES: dict[str, str] = {
    S.DRAFT: "none",
    S.SUBMITTED: "info",
    S.INCOMPLETE: "todo",
    S.UNDER_REVIEW: "info",
    S.PROPOSED: "info",
    S.SCHEDULED: "info",
    S.GRANTED: "ok",
    S.REJECTED: "no",
    S.DISMISSED: "",
    S.WITHDRAWN: "",
    S.ACTIVE: "ok",
    S.COMPLETED: "ok",
    S.TERMINATED: "no",
}


def person(request: HttpRequest) -> User:
    """The signed-in agent; the admin site let nobody else in."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def get_case_file(
    request: HttpRequest,
    pk: int,
    *,
    joined: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
) -> CaseFile:
    """The file with its detail row and its decision, for whoever may read it at the desk.

    `joined`: one-to-one relations to read with it, `facts`: expressions. Raises Http404 for
    others: another programme's file is not even said to exist. One query.
    """
    decision = ("standing_decision__proposed_by", "standing_decision__decided_by")
    also = (*decision, *programmes.detail_relations(), *joined)
    case_file = (
        CaseFile.objects.at_desk_of(person(request))
        .with_decision()
        .select_related("applicant", "owner", "commune", "filed_by", *also)
        .annotate(**(facts or {}))
        .filter(pk=pk)
        .first()
    )
    if case_file is None:
        raise Http404("Ce dossier n’existe pas, ou n’est pas à vous.")
    return case_file


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the admin site; `context` gives at least `title`."""
    shared = {
        **admin.site.each_context(request),
        "opts": CaseFile._meta,  # noqa: SLF001 - Django documents this interface
        "has_permission": True,
    }
    return TemplateResponse(
        request, f"admin/casefiles/casefile/{template}", shared | context, status=status
    )


def file_url(case_file: CaseFile, anchor: str = "") -> str:
    address = reverse("admin:casefiles_casefile_change", args=[case_file.pk])
    return f"{address}#{anchor}" if anchor else address


def back_to(case_file: CaseFile, anchor: str = "") -> HttpResponse:
    return redirect(file_url(case_file, anchor))


def programme_label(slug: str) -> str:
    programme = programmes.get(slug)
    return programme.label if programme else slug


def file_title(case_file: CaseFile) -> str:
    """What is asked, and by whom: the title of the file's page."""
    return f"{programme_label(case_file.programme)}, {case_file.applicant_name}"
