"""What a juror reads of the whole: the ranking in the meeting, then the minutes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.casefiles.views.access import signed_in
from apps.core import clock
from apps.juries.files import sight_on
from apps.juries.minutes import minutes_name, render_minutes
from apps.juries.table import ranking_table
from apps.juries.views.access import seat_or_404


@require_safe
@signed_in
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    """In the meeting only, when the phase shows everybody's marks."""
    juror = seat_or_404(request, pk)
    sight = sight_on(juror.jury, clock.today())
    if not sight.shows_ranking:
        raise Http404
    context = {
        "campaign": juror.jury.campaign,
        "rows": ranking_table(juror.jury, juror.user),
        "is_anonymous": sight.is_anonymous,
    }
    return render(request, "juries/ranking.html", context)


@require_safe
@signed_in
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Made for this juror: without the files of their conflicts of interests."""
    juror = seat_or_404(request, pk)
    agreed = juror.jury.rankings.standing().select_related("agreed_by", "jury__campaign").first()
    if agreed is None:
        raise Http404
    disposition = content_disposition_header(False, minutes_name(agreed)) or "inline"
    return HttpResponse(
        render_minutes(agreed, juror.user),
        content_type="application/pdf",
        headers={"Content-Disposition": disposition, "Cache-Control": "private, no-store"},
    )
