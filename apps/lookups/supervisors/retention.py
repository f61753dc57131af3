"""How long the register names a supervisor whose accreditation is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from apps.core.history import forget_versions
from apps.core.personal_data import ERASED
from apps.core.retention import RetentionRule, retains
from apps.lookups.supervisors.models import Accreditation, Supervisor

RULE = "supervisors.ended"
# A row stays, without its name: internships and promises point to it.
BLANKS = {
    **dict.fromkeys(("first_name", "last_name", "source"), ERASED),
    **dict.fromkeys(("rpps", "structure", "email", "phone"), ""),
}


@retains
def register_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code=RULE,
        group="Maîtres de stage",
        label="Maîtres de stage sans agrément",
        starts="après la fin du dernier agrément",
        default=None,
        source="Aucune durée n’est dans nos sources.",
        forget=forget_ended,
    )


@transaction.atomic
def forget_ended(before: date, at: datetime) -> int:
    """Those whose last accreditation ended on a day or earlier; how many.

    Side effects: their names, numbers and histories go, and their accreditations.
    """
    theirs = Accreditation.objects.filter(supervisor=OuterRef("pk"))
    # The end of a range is the day after its last.
    lasting = theirs.filter(Q(valid_during__endswith=None) | Q(valid_during__endswith__gt=before))
    ended = Supervisor.objects.filter(Exists(theirs)).exclude(Exists(lasting))
    keys = list(ended.order_by("pk").values_list("pk", flat=True))
    accreditations = Accreditation.objects.filter(supervisor__in=keys)
    forget_versions(Accreditation, list(accreditations.values_list("pk", flat=True)))
    accreditations.delete()
    Supervisor.objects.filter(pk__in=keys).update(**BLANKS)
    forget_versions(Supervisor, keys)
    return len(keys)
