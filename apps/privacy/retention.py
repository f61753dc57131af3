"""How long the copies that people ask for are kept, and what this app writes about erasures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pgtrigger

from apps.core.retention import Length, RetentionRule, Unit, retains
from apps.privacy.models import DeletionRecord, RetentionRun
from apps.privacy.packs import RULE, forget_packs


@retains
def pack_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code=RULE,
        group="Comptes",
        label="Copies de données à télécharger",
        starts="après leur préparation",
        default=Length(number=7, unit=Unit.DAY),
        source="Réglage du portail : le lien s’éteint après une semaine.",
        forget=forget_packs,
    )
    yield RetentionRule(
        code="privacy.register",
        group="Comptes",
        label="Registre des effacements, qui ne nomme personne",
        starts="après l’effacement",
        default=None,
        source="Aucune durée n’est dans nos sources.",
        forget=forget_register,
    )


def forget_register(before: date, at: datetime) -> int:
    """Lines of a day or earlier, and the rounds that have none left. Append-only, save here."""
    with pgtrigger.ignore("privacy.DeletionRecord:append_only"):
        count, _ = DeletionRecord.objects.filter(at__date__lte=before).delete()
    RetentionRun.objects.filter(started_at__date__lte=before, deletions=None).delete()
    return count
