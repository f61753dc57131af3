"""Rules between aids, between whichever programmes a test has at hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.awards.models import Incompatibility


def rule_between(programme: str, other: str, **fields: Any) -> Incompatibility:
    """Two of our programmes, which may be the same one: two awards of it at once."""
    return Incompatibility.objects.create(
        **{
            "programme": programme,
            "with_programme": other,
            "valid_during": (date(2020, 1, 1), None),
            "source": "Texte fictif",
            **fields,
        }
    )


def rule_against(programme: str, aid: str, **fields: Any) -> Incompatibility:
    """An aid from elsewhere: having it is enough."""
    return rule_between(
        programme, "", **{"with_aid": aid, "only_while_overlapping": False, **fields}
    )
