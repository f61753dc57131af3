"""Where the pages of the desk are, and how a move is made there."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from apps.casefiles.models import CaseFile
from tests.support.client import PortalClient

WORKLIST = "/admin/casefiles/casefile/"


def page_of(case_file: CaseFile) -> str:
    return f"/admin/casefiles/casefile/{case_file.pk}/change/"


def desk(name: str, case_file: CaseFile, *args: Any) -> str:
    """« move », « assign », « message », « note_add », « document »…"""
    return reverse(f"admin:casefiles_casefile_{name}", args=[case_file.pk, *args])


def make_move(client: PortalClient, case_file: CaseFile, name: str, **data: Any) -> Any:
    """Post what the form of the move's page sends, the file being as `case_file` says."""
    return client.post(desk("move", case_file, name), {"version": case_file.version, **data})


def state_of(case_file: CaseFile) -> str:
    return CaseFile.objects.values_list("state", flat=True).get(pk=case_file.pk)
