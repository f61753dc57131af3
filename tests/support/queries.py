"""`select_for_update()` on a joined query must say which rows it locks: `of=("self",)`.

Without `of`, PostgreSQL locks the joined rows too (a commune, a user), and two unrelated
files wait for each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_INNERMOST_PARENTHESES = re.compile(r"\([^()]*\)")
_LOCK_WITHOUT_OF = re.compile(r"\bFOR (?:NO KEY )?UPDATE\b(?! OF\b)")


class UnboundedLockError(AssertionError):
    """A joined SELECT locks every row it reads."""


def guard_row_locks() -> None:
    """From now on, every connection that Django opens refuses a joined lock without `of`."""
    connection_created.connect(_guard, dispatch_uid="tests.guard_row_locks")


def _guard(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if _refuse_unbounded_lock not in connection.execute_wrappers:
        # First of the list: `execute_wrapper()` blocks pop the last one.
        connection.execute_wrappers.insert(0, _refuse_unbounded_lock)


def _refuse_unbounded_lock(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if isinstance(sql, str) and _LOCK_WITHOUT_OF.search(sql):
        outer, replaced = sql, 1
        while replaced:
            outer, replaced = _INNERMOST_PARENTHESES.subn("", outer)
        if " JOIN " in outer:
            raise UnboundedLockError(f'Give select_for_update(of=("self",)): {sql[:200]}')
    return execute(sql, params, many, context)
