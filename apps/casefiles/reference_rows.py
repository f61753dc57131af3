"""Reference rows that come with the portal; what staff changed since is never overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
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
    row is left as it is. 2 queries a programme when all are there, besides its own.
    """
    loaded = {}
    for programme in programmes:
        if rows := _rows_of(programme.slug):
            loaded[programme.slug] = Loaded(
                rates=_add_rates(programme.slug, rows.get("rates", ())),
                documents=_add_document_kinds(programme.slug, rows.get("documents", ())),
                others=programme.add_reference_rows(rows),
            )
    return loaded


@cache
def _rows_of(programme: str) -> Mapping[str, Any]:
    path = FOLDER / f"{programme}.yaml"
    rows: dict[str, Any] = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    return rows


def _add_rates(programme: str, rows: Sequence[Mapping[str, Any]]) -> int:
    known = Rate.objects.filter(programme=programme).values_list("code", "valid_during")
    periods = list(known)
    missing = [
        Rate(
            programme=programme,
            code=row["code"],
            label=row["label"],
            amount=Decimal(row["amount"]),
            valid_during=(row["valid_from"], None),
            source=row["source"],
        )
        for row in rows
        if not any(code == row["code"] and row["valid_from"] in days for code, days in periods)
    ]
    return len(Rate.objects.bulk_create(missing))


def _add_document_kinds(programme: str, rows: Sequence[Mapping[str, Any]]) -> int:
    kinds = DocumentKind.objects.filter(programme=programme)
    known = set(kinds.values_list("slug", flat=True))
    missing = [
        DocumentKind(programme=programme, position=position, **row)
        for position, row in enumerate(rows, start=1)
        if row["slug"] not in known
    ]
    return len(DocumentKind.objects.bulk_create(missing))
