"""Values that every page needs, all from settings: no query here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "portal_demo": settings.DEMO,
        "canonical_url": f"{settings.PUBLIC_URL}{request.path}",
    }
