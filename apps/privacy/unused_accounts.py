"""Accounts that nobody uses: no request, no role, no room, and no sign-in for a long time."""

from __future__ import annotations

from datetime import date

from django.db.models import DateTimeField, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.personal_data import Subject, tables
from apps.core.retention import Length
from apps.privacy.enums import RequestStatus
from apps.privacy.models import ErasureRequest


def unused_accounts(*, until: date) -> QuerySet[User]:
    """Open accounts last seen on a day or earlier (`seen_at`) that are of no use to anybody.

    What is a use, each table says (`is_use`). Who works at the guichet, and who waits for an
    answer to a wish to be forgotten, is left to people.
    """
    requests = CaseFile.objects.filter(applicant=OuterRef("pk"))
    wishes = ErasureRequest.objects.filter(user=OuterRef("pk"), status=RequestStatus.OPEN)
    accounts = User.objects.filter(is_active=True, is_staff=False, is_superuser=False).exclude(
        Exists(requests) | Exists(wishes)
    )
    for table in tables(Subject.PERSON):
        if table.is_use:
            rows = table.model._base_manager.filter(  # noqa: SLF001 - documented by Django
                **{table.about: OuterRef(table.key)}
            )
            accounts = accounts.exclude(Exists(rows))
    seen_at = Coalesce("last_login", "date_joined", output_field=DateTimeField())
    return accounts.annotate(seen_at=seen_at).filter(seen_at__date__lte=until).order_by("pk")


def end_of_account(account: User, length: Length) -> date:
    """The day on which an account of `unused_accounts` ends."""
    seen_at = account.seen_at  # type: ignore[attr-defined] # annotated
    return length.after(clock.paris_date(seen_at))
