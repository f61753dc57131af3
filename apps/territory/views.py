from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.territory.models import Commune

SUGGESTIONS_SHOWN = 8


@require_safe
@cache_control(public=True, max_age=3600)
def suggestions(request: HttpRequest) -> JsonResponse:
    """Communes for a text being typed: {"suggestions": ["Chécy (45430)", ...]}, best first.

    Each text is one that CommuneField takes back as that commune. 1 query.
    """
    found = Commune.objects.search(request.GET.get("q", "")[:100], SUGGESTIONS_SHOWN)
    return JsonResponse({"suggestions": [commune.label for commune in found]})
