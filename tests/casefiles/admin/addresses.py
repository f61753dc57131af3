"""Where the pages of the desk are."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from apps.casefiles.models import CaseFile

WORKLIST = "/admin/casefiles/casefile/"


def page_of(case_file: CaseFile) -> str:
    return f"/admin/casefiles/casefile/{case_file.pk}/change/"


def desk(name: str, case_file: CaseFile, *args: Any) -> str:
    """« move », « assign », « message », « note_add », « document »…"""
    return reverse(f"admin:casefiles_casefile_{name}", args=[case_file.pk, *args])
