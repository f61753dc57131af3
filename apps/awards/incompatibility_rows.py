"""Reference rows of incompatible aids; what staff wrote since is never overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.awards.models import Incompatibility
from apps.casefiles.programmes import programmes

ROWS = Path(settings.BASE_DIR) / "fixtures" / "reference" / "incompatibilities.yaml"


@transaction.atomic
def load_incompatibilities(path: Path = ROWS) -> int:
    """Add the rows whose two aids have none yet, and return how many.

    A row that staff closed or changed stands for its two aids, whatever its dates: none is added
    beside it. Rows of a programme that is not installed are left out.
    """
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return sum(_add(row) for row in rows)


def _add(row: dict[str, Any]) -> bool:
    programme, aid = row["programme"], row.get("with_aid", "")
    other = row.get("with_programme", "")
    if programme not in programmes or (other and other not in programmes):
        return False
    either_way = Q(programme=programme, with_programme=other, with_aid=aid)
    if other:
        either_way |= Q(programme=other, with_programme=programme)
    if Incompatibility.objects.filter(either_way).exists():
        return False
    Incompatibility.objects.create(
        programme=programme,
        with_programme=other,
        with_aid=aid,
        only_while_overlapping=row["only_while_overlapping"],
        valid_during=(row["valid_from"], None),
        source=row["source"],
    )
    return True
