"""Who reads, at the desk, the e-mails that were sent about a file: those who read the file."""

from __future__ import annotations

from django.db.models import Q

from apps.accounts.models import User
from apps.casefiles.programmes import programmes
from apps.casefiles.readers import READER_ROLES
from apps.notifications.concealment import limits_emails


@limits_emails
def of_programmes_read(user: User) -> Q:
    """Not those of the programmes that they have no part in, told apart by the reference."""
    scope = None if user.is_superuser else user.programmes_for(*READER_ROLES)
    condition = Q()
    for programme in programmes:
        if scope is not None and programme.slug not in scope:
            condition &= ~Q(related_reference__startswith=f"{programme.reference_prefix}-")
    return condition
