"""How long the small change of awards is kept; what hangs on a file goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pgtrigger

from apps.awards.models import AttestationCode, PaperAccess
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
        label="Traces : qui a ouvert quel justificatif",
        starts="après l’ouverture",
        default=None,
        forget=forget_looks,
    )
    yield RetentionRule(
        code="awards.batches",
        group="Conventions et versements",
        label="Fichiers remis au payeur",
        starts="après leur établissement",
        default=None,
        source="Pièces comptables : la durée légale n’est pas dans nos sources.",
    )


def forget_codes(before: date, at: datetime) -> int:
    return AttestationCode.objects.filter(expires_at__date__lte=before).delete()[0]


def forget_looks(before: date, at: datetime) -> int:
    """Append-only, save here."""
    with pgtrigger.ignore("awards.PaperAccess:append_only"):
        return PaperAccess.objects.filter(at__date__lte=before).delete()[0]
