"""A conflict of interests hides the file from the juror everywhere (casefiles.concealment)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.casefiles.concealment import conceals
from apps.casefiles.models import CaseFile
from apps.juries.models import Declaration
from apps.notifications.concealment import hides_emails


@conceals
def hidden_files(user: User) -> QuerySet[Any, Any]:
    """The keys of the files about which this person declared a conflict, in any jury."""
    return Declaration.objects.conflicts().filter(juror__user=user).values("case_file")


@hides_emails
def hidden_references(user: User) -> QuerySet[Any, Any]:
    """Their references, as the e-mails about them name them."""
    return CaseFile.objects.filter(pk__in=hidden_files(user)).values("reference")
