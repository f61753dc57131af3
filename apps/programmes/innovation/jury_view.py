"""What a juror reads of a project, and what the jury agreed to say of it."""

from __future__ import annotations

from apps.casefiles.models import CaseFile
from apps.juries.models import RankedFile
from apps.juries.programmes import Passage
from apps.programmes.innovation.answers import all_answers

# Pages of the form, by their slugs. Contacts are nobody's business but the guichet's.
ANONYMOUS_PAGES = {"projet": "Le projet", "questions": "Les questions", "budget": "Le budget"}
JUROR_PAGES = {"organisme": "L’organisme", **ANONYMOUS_PAGES}


def passages(case_file: CaseFile, pages: dict[str, str]) -> list[Passage]:
    """The answers of these pages, in order."""
    return [
        Passage(heading=pages[page], label=answer.label, value=answer.value)
        for answer in all_answers(case_file.innovation_detail)
        if (page := answer.key.partition(".")[0]) in pages
    ]


def agreed_comment(case_file: CaseFile) -> str:
    """The jury's words for the owner, as agreed with the ranking that stands; "" without.

    A comment that is already the reason of the proposal is not said twice.
    """
    line = RankedFile.objects.filter(case_file=case_file, ranking__cancelled_at=None).first()
    return line.comment if line and line.comment != line.reason else ""
