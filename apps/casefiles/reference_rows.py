"""Reference rows that come with the portal; what staff changed since is never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from apps.casefiles.models import DocumentKind, Rate
from apps.casefiles.programmes import programmes

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "reference" / "programmes"


@dataclass(frozen=True)
class Loaded:
    """How many rows were added; zero when all were there already."""

    rates: int
    documents: int
    others: int  # in tables of the programme's own


@transaction.atomic
def load_reference_rows() -> dict[str, Loaded]:
    """Add the missing rows of every registered programme: {slug: counts}.

    A rate is known by programme, code and first day; a piece by programme and slug. An existing
    row is left as it is.
    """
    loaded = {}
    for programme in programmes:
        path = FOLDER / f"{programme.slug}.yaml"
        if not path.exists():
            continue
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        loaded[programme.slug] = Loaded(
            rates=sum(_add_rate(programme.slug, row) for row in rows.get("rates", ())),
            documents=sum(
                _add_document_kind(programme.slug, position, row)
                for position, row in enumerate(rows.get("documents", ()), start=1)
            ),
            others=programme.add_reference_rows(rows),
        )
    return loaded


def _add_rate(programme: str, row: dict[str, Any]) -> bool:
    known = Rate.objects.filter(
        programme=programme, code=row["code"], valid_during__contains=row["valid_from"]
    )
    if known.exists():
        return False
    Rate.objects.create(
        programme=programme,
        code=row["code"],
        label=row["label"],
        amount=Decimal(row["amount"]),
        valid_during=(row["valid_from"], None),
        source=row["source"],
    )
    return True


def _add_document_kind(programme: str, position: int, row: dict[str, Any]) -> bool:
    _, created = DocumentKind.objects.get_or_create(
        programme=programme, slug=row["slug"], defaults={**row, "position": position}
    )
    return created
