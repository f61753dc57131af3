"""Who gets to a page: everybody else reads « not found », so that no reference can be guessed."""

from __future__ import annotations

from collections.abc import Callable
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
    case_file = _for_page(CaseFile.objects.visible_to(user), reference)
    shared = CoEditor.objects.drafts_of(user)
    if case_file is None and also_co_editors and (found := _for_page(shared, reference)):
        return found
    if case_file is None or (
        case_file.applicant_id != user.pk
        and not (also_agents and why_not_applicant_or_agent(user, case_file) == "")
    ):
        raise Http404("Ce dossier n’existe pas, ou n’est pas le vôtre.")
    return case_file


def _for_page(case_files: CaseFileQuerySet, reference: str) -> CaseFile | None:
    return (
        case_files.with_unread()
        .with_decision()
        .annotate(**facts())
        .select_related("commune", *programmes.detail_relations(reference), *joined_relations())
        .filter(reference=reference)
        .first()
    )
