"""Move a file from a page: the refusal goes into the form that asked."""

from __future__ import annotations

from django.http import HttpRequest

from apps.casefiles.applicant_forms import MoveForm
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, perform
from apps.casefiles.views.access import signed_in_user


def move(request: HttpRequest, case_file: CaseFile, name: str, form: MoveForm) -> bool:
    """Make the move that a valid form asks for; whether it was made."""
    try:
        perform(
            case_file,
            name,
            actor=signed_in_user(request),
            expected_version=form.cleaned_data["expected_version"],
        )
    except MoveRefusedError as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return False
    return True
