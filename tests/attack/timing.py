"""Whether two series of times tell which is which."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles

# What a network adds by itself, at best.
_SECONDS = 0.005


def apart(first: Sequence[float], second: Sequence[float]) -> float:
    """The second's median less the first's, in seconds."""
    return median(second) - median(first)


def is_told(known: Sequence[float], unknown: Sequence[float]) -> bool:
    """The medians differ by more than a network hides, and than the series vary by themselves:
    half of each lies within that much."""
    spread = max(_middle_half(known), _middle_half(unknown))
    return abs(apart(known, unknown)) > max(_SECONDS, spread)


def _middle_half(series: Sequence[float]) -> float:
    low, _, high = quantiles(series, n=4)
    return high - low
