"""How long the small change of awards is kept; what hangs on a file goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pgtrigger

from apps.awards.models import (
    AttestationCode,
    BankDetailsAccess,
    Batch,
    BatchDownload,
    PaperAccess,
)
from apps.core.retention import Length, RetentionRule, Unit, retains


@retains
def small_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code="awards.codes",
        group="Conventions et versements",
        label="Codes pour confirmer une présence",
        starts="après leur fin de validité",
        default=Length(number=1, unit=Unit.DAY),
        source="Réglage du portail : un code échu ne sert plus.",
        forget=forget_codes,
    )
    yield RetentionRule(
        code="awards.looks",
        group="Conventions et versements",
        label="Traces : qui a ouvert quel justificatif, quel compte, quel bordereau",
        starts="après l’ouverture",
        default=None,
        forget=forget_looks,
    )
    yield RetentionRule(
        code="awards.batches",
        group="Conventions et versements",
        label="Fichiers remis au payeur",
        starts="après la clôture de leur bordereau",
        default=None,
        source="Pièces comptables : la durée légale n’est pas dans nos sources.",
        forget=forget_batch_files,
    )


def forget_codes(before: date, at: datetime) -> int:
    return AttestationCode.objects.filter(expires_at__date__lte=before).delete()[0]


def forget_looks(before: date, at: datetime) -> int:
    """Append-only, save here."""
    looks = (PaperAccess, BankDetailsAccess, BatchDownload)
    with pgtrigger.ignore(*(f"{model._meta.label}:append_only" for model in looks)):  # noqa: SLF001
        return sum(
            model._default_manager.filter(at__date__lte=before).delete()[0]  # noqa: SLF001
            for model in looks
        )


def forget_batch_files(before: date, at: datetime) -> int:
    """The bytes of batches that closed on a day or earlier; their sums, lines and digests stay."""
    return Batch.objects.filter(closed_at__date__lte=before, erased_at=None).update(
        csv="", xml="", erased_at=at
    )
