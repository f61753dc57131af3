"""Awards against their payments, envelopes and sessions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.awards.enums import COMMITTED_STATUSES, InstalmentStatus, ItemStatus, SessionStatus
from apps.awards.models import AgendaItem, Amendment, Envelope, Instalment
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.core.consistency import checks
from apps.core.money import format_euros

_NOTHING = Decimal(0)
_CANCELLED = InstalmentStatus.CANCELLED


@checks("Montant accordé et échéancier")
def _schedules() -> Iterator[str]:
    """A running award is planned to the euro; what was cancelled since may leave less."""
    planned, cancelled = _instalments(COMMITTED_STATUSES), _instalments((_CANCELLED,))
    awards = (
        CaseFile.objects.exclude(channel=Channel.ARCHIVE)
        .filter(state__in=(CaseFileState.GRANTED, CaseFileState.ACTIVE))
        .annotate(
            award=F("granted_amount") + _total(Amendment.objects.all()),
            planned=planned,
            least=F("award") - cancelled,
        )
        .filter(Q(planned__gt=F("award")) | Q(planned__lt=F("least")))
    )
    for reference, award, found in awards.values_list("reference", "award", "planned"):
        yield f"{reference} : {format_euros(award)} accordés, {format_euros(found)} échelonnés."


def _instalments(statuses: Iterable[InstalmentStatus]) -> Coalesce:
    return _total(Instalment.objects.filter(status__in=statuses))


def _total(rows: QuerySet[Any]) -> Coalesce:
    """Euros of the rows of a case file."""
    of_file = rows.filter(case_file=OuterRef("pk")).order_by().values("case_file")
    return Coalesce(Subquery(of_file.annotate(total=Sum("amount")).values("total")), _NOTHING)


@checks("Enveloppe votée et sommes engagées")
def _envelopes() -> Iterator[str]:
    envelopes = Envelope.objects.annotate(euros=Coalesce(Sum("votes__amount"), _NOTHING))
    committed = {
        (row["case_file__programme"], row["budget_year"]): row["total"]
        for row in Instalment.objects.committed()
        .order_by()
        .values("case_file__programme", "budget_year")
        .annotate(total=Sum("amount"))
    }
    for programme, year, voted in envelopes.values_list("programme", "year", "euros"):
        over = committed.get((programme, year), _NOTHING) - voted
        if over > 0:
            yield f"{programme} {year} : {format_euros(over)} engagés de plus que votés."


@checks("Commission close et ses dossiers")
def _sessions() -> Iterator[str]:
    left = AgendaItem.objects.filter(session__status=SessionStatus.CLOSED, status=ItemStatus.LISTED)
    for session, reference in left.values_list("session__label", "case_file__reference"):
        yield f"{reference} attend encore un vote dans « {session} », close."
