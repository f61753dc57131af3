"""Keep who searched for somebody, and who took a list away, with who opened which file."""

from __future__ import annotations

from apps.accounts.models import User
from apps.casefiles.models import FileLook, LookKind
from apps.core import clock
from apps.core.looks import keeps_searches

_LONGEST = FileLook._meta.get_field("detail").max_length  # noqa: SLF001 - documented by Django


@keeps_searches
def record_search(user: User, where: str) -> None:
    """Without its words: they may be somebody's name, and would outlive the file that bears it."""
    FileLook.objects.create(user=user, kind=LookKind.SEARCH, detail=where, at=clock.now())


def record_export(user: User, what: str, *, rows: int) -> None:
    """`what` says which list, and its filters in words."""
    count = f"{rows} ligne{'s' if rows > 1 else ''}"
    FileLook.objects.create(
        user=user,
        kind=LookKind.EXPORT,
        detail=f"{count}. {what}"[:_LONGEST],
        at=clock.now(),
    )
