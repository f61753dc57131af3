"""Who gets to the jurors' pages: what a juror may not meet answers « not found »."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from apps.casefiles.models import CaseFile
from apps.casefiles.views.access import signed_in_user
from apps.core import clock
from apps.juries.files import Sight, files_of_juror, sight_on, with_detail
from apps.juries.models import Juror
from apps.juries.permissions import seats, why_not_judge


def own_seats(request: HttpRequest) -> list[Juror]:
    """Raises PermissionDenied with the reason for whoever sits in no jury."""
    user = signed_in_user(request)
    found = [juror for juror in seats(user) if not why_not_judge(juror)]
    if not found:
        raise PermissionDenied("Cette page est réservée aux membres d’un jury.")
    return found


def seat_or_404(request: HttpRequest, campaign: int) -> Juror:
    for juror in own_seats(request):
        if juror.jury_id == campaign:
            return juror
    raise Http404


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One juror before one file, on a day."""

    juror: Juror
    case_file: CaseFile
    sight: Sight


def file_or_404(request: HttpRequest, reference: str) -> Desk:
    """A file that one of this person's juries lets them open today."""
    today = clock.today()
    for juror in own_seats(request):
        sight = sight_on(juror.jury, today)
        files = with_detail(files_of_juror(juror, sight), juror.jury.campaign.programme)
        if case_file := files.filter(reference=reference).first():
            return Desk(juror=juror, case_file=case_file, sight=sight)
    raise Http404
