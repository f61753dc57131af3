"""The terms that come with the portal; what staff changed since is never overwritten."""

from __future__ import annotations

from typing import Any

import yaml
from django.db import transaction

from apps.awards.models import AwardTerms
from apps.casefiles.programmes import programmes
from apps.casefiles.reference_rows import FOLDER


@transaction.atomic
def load_award_terms() -> dict[str, int]:
    """Add the missing terms of every programme whose file has a `terms:` list: {slug: added}.

    A row is known by its programme and its first day: where staff already set terms for that
    day, theirs stand. What a row leaves out is unset.
    """
    added = {}
    for programme in programmes:
        path = FOLDER / f"{programme.slug}.yaml"
        if not path.exists():
            continue
        rows = yaml.safe_load(path.read_text(encoding="utf-8")).get("terms", ())
        if rows:
            added[programme.slug] = sum(_add(programme.slug, row) for row in rows)
    return added


def _add(programme: str, row: dict[str, Any]) -> bool:
    known = AwardTerms.objects.filter(
        programme=programme, valid_during__overlap=(row["valid_from"], None)
    )
    if known.exists():
        return False
    AwardTerms.objects.create(
        programme=programme,
        valid_during=(row["valid_from"], None),
        commitment_months=row.get("commitment_months"),
        start_within_months=row.get("start_within_months"),
        proof_every_months=row.get("proof_every_months"),
        source=row["source"],
    )
    return True
