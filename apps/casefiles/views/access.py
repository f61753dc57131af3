"""Who gets to a page: everybody else reads « not found », so that no reference can be guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from apps.accounts.models import User
from apps.casefiles.models import CaseFile, CoEditor
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.casefiles.permissions import why_not_applicant_or_agent
from apps.casefiles.programmes import programmes
from apps.casefiles.sections import facts, joined_relations
from apps.core.compiled import instances

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """A page about somebody's file: signed in, and kept by no cache, shared or not."""
    protected: View = never_cache(login_required(view))
    return protected


def signed_in_user(request: HttpRequest) -> User:
    """The person behind a `signed_in` view."""
    user: Any = request.user
    return user  # type: ignore[no-any-return]


def get_case_file_or_404(
    request: HttpRequest,
    reference: str,
    *,
    also_agents: bool = False,
    also_co_editors: bool = False,
) -> CaseFile:
    """The applicant's own file, with what its pages show of it: one query.

    With `also_agents`, a caseworker too, for a request received at the desk, by phone or by
    post. With `also_co_editors`, whoever fills the draft in with the applicant: one query more
    for them. Staff read the other files in the back office.
    """
    user = signed_in_user(request)
    case_file = _own(user, reference)
    if case_file is None and also_co_editors:
        shared = CoEditor.objects.drafts_of(user)
        if found := _for_page(shared, reference).first():
            return found
    if case_file is None or (
        case_file.applicant_id != user.pk
        and not (also_agents and why_not_applicant_or_agent(user, case_file) == "")
    ):
        raise Http404("Ce dossier n’existe pas, ou n’est pas le vôtre.")
    return case_file


def _own(user: User, reference: str) -> CaseFile | None:
    """Of the person who asks, or of whoever staff file for."""
    if user.is_staff:
        return _for_page(CaseFile.objects.visible_to(user), reference).first()
    details = tuple(programmes.detail_relations(reference))
    found = instances(_of_applicant, details, applicant=user.pk, reference=reference)
    return found[0] if found else None


def _of_applicant(details: Sequence[str], *, applicant: int, reference: str) -> CaseFileQuerySet:
    own = CaseFile.objects.filter(applicant=applicant, reference=reference)
    return _with_what_is_shown(own, details)


def _for_page(case_files: CaseFileQuerySet, reference: str) -> CaseFileQuerySet:
    details = programmes.detail_relations(reference)
    return _with_what_is_shown(case_files.filter(reference=reference), details)


def _with_what_is_shown(case_files: CaseFileQuerySet, details: Sequence[str]) -> CaseFileQuerySet:
    return (
        case_files.with_unread()
        .with_decision()
        .annotate(**facts())
        .select_related("commune", *details, *joined_relations())
    )
