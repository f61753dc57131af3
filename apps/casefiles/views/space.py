"""« Mon espace »: every file of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.casefiles import enums
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, CaseFileEvent, ChangeItem, CoEditor
from apps.casefiles.programmes import Programme, programmes
from apps.casefiles.standing import Standing, hearing_date, standing
from apps.casefiles.views.access import signed_in, signed_in_user
from apps.core import clock


@dataclass(frozen=True)
class Row:
    case_file: CaseFile
    programme: Programme
    standing: Standing


@require_safe
@signed_in
def my_space(request: HttpRequest) -> HttpResponse:
    """Drafts to resume, files under way, files that are over."""
    rows = _rows(signed_in_user(request), on=clock.today())
    drafts = [row for row in rows if row.case_file.state == CaseFileState.DRAFT]
    closed = [row for row in rows if row.case_file.state in enums.CLOSED_STATES]
    return render(
        request,
        "casefiles/space.html",
        {
            "drafts": drafts,
            "open": [row for row in rows if row not in drafts and row not in closed],
            "closed": closed,
        },
    )


def _rows(user: User, *, on: date) -> list[Row]:
    """A person's files and the drafts they share, latest first, with where each stands.

    Four queries.
    """
    points = ChangeItem.objects.filter(request__answered_at=None).select_related("request")
    hearings = CaseFileEvent.objects.public().filter(payload__has_key="held_on")
    # An OR over two tables would read every file of the portal.
    own = CaseFile.objects.filter(applicant=user).values("pk")
    case_files = (
        CaseFile.objects.filter(pk__in=own.union(CoEditor.objects.drafts_of(user).values("pk")))
        # A draft that was given up leaves no trace here: it was never a request.
        .exclude(state=CaseFileState.WITHDRAWN, submitted_at=None)
        .with_unread()
        .prefetch_related(Prefetch("change_requests__items", points), Prefetch("events", hearings))
    )
    return [
        Row(
            case_file,
            programmes[case_file.programme],
            standing(
                case_file,
                on=on,
                points=[
                    item
                    for request in case_file.change_requests.all()
                    for item in request.items.all()
                ],
                hearing_on=hearing_date(case_file.events.all()),  # hearings only
            ),
        )
        for case_file in case_files
    ]
