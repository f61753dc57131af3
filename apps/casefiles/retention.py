"""How long the small change of case files is kept; the files themselves: apps/privacy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pgtrigger

from apps.casefiles.models import CaseFileOpening, DocumentAccess, FileLook, FollowUpCode
from apps.core.retention import Length, RetentionRule, Unit, retains


@retains
def small_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code="casefiles.codes",
        group="Dossiers",
        label="Codes de suivi",
        starts="après leur fin de validité",
        default=Length(number=1, unit=Unit.DAY),
        source="Réglage du portail : un code échu ne sert plus.",
        forget=forget_codes,
    )
    yield RetentionRule(
        code="casefiles.openings",
        group="Dossiers",
        label="« Ouvert en ce moment par »",
        starts="après la dernière visite",
        default=Length(number=1, unit=Unit.DAY),
        source="Réglage du portail : ne sert qu’aux agents du moment.",
        forget=forget_openings,
    )
    yield RetentionRule(
        code="casefiles.looks",
        group="Dossiers",
        label="Traces : qui a ouvert quel dossier, quelle pièce",
        starts="après l’ouverture",
        default=None,
        forget=forget_looks,
    )


def forget_codes(before: date, at: datetime) -> int:
    return FollowUpCode.objects.filter(expires_at__date__lte=before).delete()[0]


def forget_openings(before: date, at: datetime) -> int:
    return CaseFileOpening.objects.filter(seen_at__date__lte=before).delete()[0]


def forget_looks(before: date, at: datetime) -> int:
    """Append-only, save here."""
    with pgtrigger.ignore("casefiles.FileLook:append_only", "casefiles.DocumentAccess:append_only"):
        return sum(
            model._default_manager.filter(at__date__lte=before).delete()[0]  # noqa: SLF001
            for model in (FileLook, DocumentAccess)
        )
