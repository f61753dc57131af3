"""How big an upload may be."""

from __future__ import annotations

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_NAME_LENGTH = 150
# In one go: a person who photographs each page of a long document.
MAX_FILES_AT_ONCE = 20
