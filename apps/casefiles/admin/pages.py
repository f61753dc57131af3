"""What every page of the desk shares: finding the file, drawing the page, coming back to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.accounts.models import Rights, User
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.sections import facts
from apps.core.compiled import instances

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
    request: HttpRequest, pk: int, *, joined: Sequence[str] = (), with_facts: bool = False
) -> CaseFile:
    """The file with its detail row and its decision, for whoever may read it at the desk.

    `joined`: one-to-one relations to read with it; `with_facts`: what layers above add to it
    (sections.adds_fact). Raises Http404 for others: another programme's file is not even said to
    exist. One query.
    """
    user = person(request)
    found = instances(_at_desk, user.rights, tuple(joined), with_facts, reader=user.pk, pk=pk)
    if not found:
        raise Http404("Ce dossier n’existe pas, ou n’est pas à vous.")
    return found[0]


def _at_desk(
    rights: Rights, joined: Sequence[str], with_facts: bool, *, reader: int, pk: int
) -> QuerySet[CaseFile]:
    decision = ("standing_decision__proposed_by", "standing_decision__decided_by")
    also = (*decision, *programmes.detail_relations(), *joined)
    return (
        CaseFile.objects.at_desk_of(User.with_rights(reader, rights))
        .with_decision()
        .select_related("applicant", "owner", "commune", "filed_by", *also)
        .annotate(**(facts() if with_facts else {}))
        .filter(pk=pk)
    )


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
