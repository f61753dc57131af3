"""How long a road is, when nobody measured it: an estimate, always said to be one.

Straight line × a factor for the bends ÷ a speed. Both are settings (ROAD_FACTOR, ROAD_SPEED_KMH).
"""

from __future__ import annotations

from math import ceil

from django.conf import settings

# The plan's promise: an answer within thirty minutes.
GOAL_MINUTES = 30


def estimate_minutes(km: float) -> int:
    """Whole minutes by car, at least one, for a distance as the crow flies."""
    return max(1, ceil(km * settings.ROAD_FACTOR / settings.ROAD_SPEED_KMH * 60))
