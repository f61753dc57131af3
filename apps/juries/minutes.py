"""The minutes of a jury: who sat, who stepped out for which file, what was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from apps.accounts.models import User
from apps.casefiles.receipts import service
from apps.core import clock
from apps.core.money import format_euros
from apps.core.pdf import render_pdf
from apps.files.models import StoredFile
from apps.files.storage import store_bytes
from apps.juries.models import Attendance, Declaration, RankedFile, Ranking
from apps.juries.programmes import JudgedProgramme, judged

_TEMPLATE = "juries/pdf/minutes.typ"


def store_minutes(
    ranking: Ranking,
    lines: Sequence[RankedFile],
    attendances: Sequence[Attendance],
    *,
    by: User,
    at: datetime,
) -> StoredFile:
    """Render the minutes of a ranking that is being agreed, and keep them for good."""
    return store_bytes(
        render_pdf(_TEMPLATE, minutes_data(ranking, lines, attendances)),
        name=minutes_name(ranking),
        content_type="application/pdf",
        uploaded_by=by,
        at=at,
    )


def render_minutes(ranking: Ranking, user: User) -> bytes:
    """The minutes for a juror: the files that a conflict of interests hides are not in it."""
    details = judged(ranking.jury.campaign).detail_related_name
    lines = ranking.lines.visible_to(user).select_related(
        "case_file__commune", f"case_file__{details}"
    )
    attendances = ranking.attendances.select_related("juror__user")
    data = minutes_data(ranking, list(lines), list(attendances), reader=user)
    return render_pdf(_TEMPLATE, data)


def minutes_name(ranking: Ranking) -> str:
    return f"proces-verbal-{slugify(ranking.jury.campaign.label)}.pdf"


def minutes_data(
    ranking: Ranking,
    lines: Sequence[RankedFile],
    attendances: Sequence[Attendance],
    *,
    reader: User | None = None,
) -> dict[str, Any]:
    """What templates/juries/pdf/minutes.typ reads."""
    granted = sum((line.amount or Decimal(0) for line in lines), Decimal(0))
    jury = ranking.jury
    programme = judged(jury.campaign)
    return {
        "title": "Procès-verbal du jury",
        "sender": asdict(service()),
        "date": clock.paris_date(ranking.agreed_at),
        "campaign": str(jury.campaign),
        "met_on": ranking.met_on,
        "place": ranking.place,
        "present": [str(item.juror) for item in attendances if item.was_present],
        "absent": [str(item.juror) for item in attendances if not item.was_present],
        "stepped_out": _stepped_out(attendances, lines),
        "lines": [_line(programme, line) for line in lines],
        "total": format_euros(granted),
        "remaining": format_euros(ranking.remaining) if ranking.remaining is not None else "",
        "year": str(ranking.year),
        "comments": [[_name(programme, line), line.comment] for line in lines if line.comment],
        "draws": [[draw.drawn_at, str(draw.seed)] for draw in jury.draws.order_by("drawn_at")],
        "by": str(ranking.agreed_by),
        "is_partial": reader is not None,
    }


def _stepped_out(attendances: Sequence[Attendance], lines: Sequence[RankedFile]) -> list[list[str]]:
    """[juror, files]: who was in the room and left it, for which files. One query."""
    references = {line.case_file_id: line.case_file.reference for line in lines}
    declared = Declaration.objects.conflicts().filter(
        juror__in=[item.juror_id for item in attendances if item.was_present],
        case_file__in=references,
    )
    files: dict[int, list[str]] = {}
    for juror, case_file in declared.values_list("juror_id", "case_file_id"):
        files.setdefault(juror, []).append(references[case_file])
    return [
        [str(item.juror), ", ".join(sorted(files[item.juror_id]))]
        for item in attendances
        if item.juror_id in files
    ]


def _name(programme: JudgedProgramme, line: RankedFile) -> str:
    return f"{line.case_file.reference}, {programme.organisation_of(line.case_file)}"


def _line(programme: JudgedProgramme, line: RankedFile) -> list[str]:
    return [
        str(line.rank),
        line.case_file.reference,
        f"{programme.organisation_of(line.case_file)}\n{programme.title_of(line.case_file)}",
        _mark(line.mean),
        _mark(line.median),
        format_euros(line.asked) if line.asked is not None else "",
        format_euros(line.amount) if line.amount is not None else "Refus",
    ]


def _mark(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}".replace(".", ",")
