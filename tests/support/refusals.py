"""What a verb says when it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.casefiles.transitions import MoveRefusedError
from tests.support.text import plain


def refusal(verb: Callable[..., object], **arguments: Any) -> str:
    """The reasons, with plain spaces; fails when the verb does it."""
    with pytest.raises(MoveRefusedError) as refused:
        verb(**arguments)
    return plain(" ".join(refused.value.reasons))
