"""What the pages of commissions share: who asks, which sitting, how a page is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.models import AgendaItem, Session
from apps.awards.permissions import why_not_manage_sessions, why_not_read_sessions
from apps.casefiles.admin.pages import file_url
from apps.casefiles.enums import Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes

# How the effect of a vote stands out; it is always written out too.
_TONES = {Outcome.GRANT: "ok", Outcome.REJECT: "no", None: "todo"}


def person(request: HttpRequest) -> User:
    """The signed-in agent; the admin site let nobody else in."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty submission is one too."""
    return request.POST if request.method == "POST" else None


def get_session(request: HttpRequest, pk: int) -> Session:
    """Raises PermissionDenied with the reason for whoever reads no commission, and Http404."""
    if reason := why_not_read_sessions(person(request)):
        raise PermissionDenied(reason)
    return get_object_or_404(Session.objects.select_related("closed_by"), pk=pk)


def get_managed_session(request: HttpRequest, pk: int) -> Session:
    """The same, for whoever runs the commissions."""
    refuse_unless_manager(request)
    return get_session(request, pk)


def refuse_unless_manager(request: HttpRequest) -> None:
    if reason := why_not_manage_sessions(person(request)):
        raise PermissionDenied(reason)


def visible_items(request: HttpRequest, session: Session) -> list[AgendaItem]:
    """The agenda in order, as far as this person reads its programmes: one query."""
    return list(session.items.standing().visible_to(person(request)).for_page())


@dataclass(frozen=True, kw_only=True)
class AgendaRow:
    """One line of an agenda as it is drawn; `url` is empty when the file's page is closed."""

    item: AgendaItem
    number: int
    programme: str
    vote: str
    tone: str
    url: str


def agenda_rows(user: User, items: Sequence[AgendaItem]) -> list[AgendaRow]:
    """The lines of an agenda, with the address of the files that `user` may open: one query."""
    pks = [item.case_file_id for item in items]
    readable = set(
        CaseFile.objects.at_desk_of(user).filter(pk__in=pks).values_list("pk", flat=True)
    )
    return [
        AgendaRow(
            item=item,
            number=item.annex_number or rank,
            programme=programmes[item.case_file.programme].label,
            vote=vote_label(item),
            tone=_TONES[item.outcome] if item.vote else "none",
            url=file_url(item.case_file) if item.case_file_id in readable else "",
        )
        for rank, item in enumerate(items, start=1)
    ]


def vote_label(item: AgendaItem) -> str:
    """What the vote does to the file, in a word or two."""
    if not item.vote:
        return "Sans vote"
    if item.outcome is None:
        return "Ajourné"
    return "Accordé" if item.outcome == Outcome.GRANT else "Refusé"


def session_url(session: Session, item: AgendaItem | None = None) -> str:
    address = reverse("admin:awards_session_change", args=[session.pk])
    return f"{address}#dossier-{item.pk}" if item else address


def back_to(session: Session, item: AgendaItem | None = None) -> HttpResponse:
    return redirect(session_url(session, item))


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the admin site; `context` gives at least `title`."""
    return TemplateResponse(
        request,
        f"admin/awards/{template}",
        {**admin.site.each_context(request), "has_permission": True, **context},
        status=status,
    )
