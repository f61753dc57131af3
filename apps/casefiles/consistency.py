"""A case file against its story."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Subquery

from apps.casefiles.enums import CaseFileState, Channel, EventKind
from apps.casefiles.models import CaseFile, CaseFileEvent, Letter, Message
from apps.core.consistency import checks

_LAST_MOVE = (
    CaseFileEvent.objects.filter(case_file=OuterRef("pk"), kind=EventKind.MOVED)
    .order_by("-at", "-pk")
    .values("to_state")[:1]
)


@checks("État d’un dossier et son dernier passage")
def _states() -> Iterator[str]:
    """Files of the archive begin in the state that their acts say."""
    followed = CaseFile.objects.exclude(channel=Channel.ARCHIVE)
    told = followed.annotate(told=Subquery(_LAST_MOVE)).exclude(state=F("told"))
    for reference, state, last in told.values_list("reference", "state", "told"):
        if last or state != CaseFileState.DRAFT:
            yield f"{reference} est « {state} », son histoire dit « {last or 'rien'} »."


@checks("Dossier avec un message à lire")
def _messages() -> Iterator[str]:
    unread = Message.objects.unread_by_staff().values("case_file")
    flagged = CaseFile.objects.with_message_to_read()
    for reference in flagged.exclude(pk__in=unread).values_list("reference", flat=True):
        yield f"{reference} est parmi les messages à lire, mais tous ses messages sont lus."
    unflagged = CaseFile.objects.filter(pk__in=unread, has_unread_message=False)
    for reference in unflagged.values_list("reference", flat=True):
        yield f"{reference} a un message à lire, mais manque parmi les messages à lire."


@checks("Demande déposée et son accusé de réception")
def _receipts() -> Iterator[str]:
    sent = CaseFileEvent.objects.filter(case_file=OuterRef("pk"), transition="submit")
    receipts = Letter.objects.filter(case_file=OuterRef("pk"))
    for reference in (
        CaseFile.objects.exclude(channel=Channel.ARCHIVE)
        .filter(Exists(sent), ~Exists(receipts))
        .values_list("reference", flat=True)
    ):
        yield f"{reference} est déposé sans accusé."
