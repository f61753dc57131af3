"""The queues of the desk: which files wait for whom. They are the tabs of the worklist and the
first lines of the back office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Rights, User
from apps.casefiles import enums
from apps.casefiles.models import CaseFile
from apps.casefiles.models.casefile import CaseFileQuerySet

Narrow = Callable[[CaseFileQuerySet, User, date], CaseFileQuerySet]


@dataclass(frozen=True, kw_only=True)
class Queue:
    """`narrow` keeps its files, for a person and a day. An empty queue says `empty`.

    `by_deadline`: the most urgent first; else in order of arrival, the newest first.
    """

    slug: str
    label: str
    narrow: Narrow
    empty: str
    by_deadline: bool = True


TO_DO = Queue(
    slug="a-traiter",
    label="À traiter",
    narrow=lambda files, user, on: files.pending(),
    empty="Aucun dossier n’attend le guichet. Les nouvelles demandes arriveront ici.",
)
EVERYTHING = Queue(
    slug="tous",
    label="Tous",
    narrow=lambda files, user, on: files,
    empty="Aucun dossier pour le moment.",
    by_deadline=False,
)
QUEUES: dict[str, Queue] = {
    queue.slug: queue
    for queue in (
        TO_DO,
        Queue(
            slug="miens",
            label="Miens",
            narrow=lambda files, user, on: files.owned_by(user).exclude(
                state__in=enums.CLOSED_STATES
            ),
            empty="Vous ne suivez aucun dossier. Prenez-en un dans « Non attribués ».",
        ),
        Queue(
            slug="non-attribues",
            label="Non attribués",
            narrow=lambda files, user, on: files.unassigned(),
            empty="Chaque dossier à traiter est suivi par quelqu’un.",
        ),
        Queue(
            slug="en-retard",
            label="En retard",
            narrow=lambda files, user, on: files.overdue(on),
            empty="Aucun délai légal n’est dépassé.",
        ),
        Queue(
            slug="en-attente",
            label="En attente du demandeur",
            narrow=lambda files, user, on: files.waiting_for_applicant(),
            empty="Aucune correction n’est attendue.",
        ),
        Queue(
            slug="messages",
            label="Messages à lire",
            narrow=lambda files, user, on: files.with_message_to_read(),
            empty="Tous les messages sont lus.",
            by_deadline=False,
        ),
        EVERYTHING,
    )
}


def queues_of(
    rights: Rights, slugs: tuple[str, ...], on: date, *, reader: int
) -> dict[str, CaseFileQuerySet]:
    """The files of several queues, for whoever has these rights: to be counted together
    (core.compiled)."""
    user = User.with_rights(reader, rights)
    files = CaseFile.objects.at_desk_of(user)
    return {slug: QUEUES[slug].narrow(files, user, on) for slug in slugs}
