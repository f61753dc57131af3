"""The files ticked in the worklist, for whatever is done with several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from apps.casefiles.admin.pages import person
from apps.casefiles.models import CaseFile

# The parameter of the worklist's boxes: `?dossier=12&dossier=15`.
PARAMETER = "dossier"
MOST_FILES = 200


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The files that can be acted on, and the others with the reason."""

    accepted: Sequence[CaseFile]
    refused: Sequence[tuple[CaseFile, str]]


def select(
    request: HttpRequest, why_not: Callable[[Sequence[CaseFile]], Mapping[int, str]]
) -> Selection:
    """Read the ticked files, at most 200, of those that this person sees; unknown ones are left
    out without a word, as if they did not exist. Two queries, and those of `why_not`, which gives
    by the key of each file the reason against it, or an empty string."""
    data = request.POST if request.method == "POST" else request.GET
    pks = [
        int(value) for value in data.getlist(PARAMETER) if value.isdecimal() and len(value) < 19
    ][:MOST_FILES]
    files = list(
        CaseFile.objects.at_desk_of(person(request))
        .filter(pk__in=pks)
        .select_related("owner")
        .prefetch_related("decisions")
        .order_by("pk")
    )
    reasons = why_not(files)
    return Selection(
        accepted=[case_file for case_file in files if not reasons[case_file.pk]],
        refused=[(file, reasons[file.pk]) for file in files if reasons[file.pk]],
    )
