"""The lists that payments are worked from, each a way to narrow what a person sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Rights, User
from apps.awards.enums import COMING_STATUSES, InstalmentStatus
from apps.awards.models import Instalment
from apps.awards.models.instalment import InstalmentQuerySet

_S = InstalmentStatus
Narrow = Callable[[InstalmentQuerySet, date], InstalmentQuerySet]


@dataclass(frozen=True, kw_only=True)
class PaymentList:
    """One tab. `empty` says what its emptiness means."""

    label: str
    narrow: Narrow
    empty: str


def _in(*statuses: InstalmentStatus) -> Narrow:
    return lambda instalments, on: instalments.filter(status__in=statuses)


LISTS: dict[str, PaymentList] = {
    "a-controler": PaymentList(
        label="Justificatifs à contrôler",
        narrow=_in(_S.RECEIVED),
        empty="Aucun justificatif n’attend de contrôle.",
    ),
    "a-valider": PaymentList(
        label="À valider",
        narrow=_in(_S.DUE),
        empty="Aucun versement n’attend de validation.",
    ),
    "a-transmettre": PaymentList(
        label="À transmettre",
        narrow=_in(_S.VALIDATED),
        empty="Aucun versement validé n’attend d’être transmis.",
    ),
    "transmis": PaymentList(
        label="Chez le payeur",
        narrow=_in(_S.EXPORTED),
        empty="Aucun versement n’est chez le payeur.",
    ),
    "en-retard": PaymentList(
        label="En retard",
        narrow=lambda instalments, on: instalments.late(on),
        empty="Rien n’est en retard.",
    ),
    "a-venir": PaymentList(
        label="À venir",
        narrow=_in(*COMING_STATUSES),
        empty="Aucun versement n’est prévu.",
    ),
    "payes": PaymentList(
        label="Payés", narrow=_in(_S.PAID), empty="Aucun versement n’est encore payé."
    ),
}


def payments_of(
    rights: Rights, slugs: tuple[str, ...], on: date, *, reader: int
) -> dict[str, InstalmentQuerySet]:
    """Several lists, for whoever has these rights: to be counted together (core.compiled)."""
    mine = Instalment.objects.at_desk_of(User.with_rights(reader, rights)).followed()
    return {slug: LISTS[slug].narrow(mine, on) for slug in slugs}
