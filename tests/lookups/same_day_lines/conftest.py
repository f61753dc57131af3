from __future__ import annotations

import pytest

from apps.core.kept_pages import forget_pages


@pytest.fixture(autouse=True)
def no_kept_page() -> None:
    """Each test writes its own rows: no page outlives them."""
    forget_pages()
