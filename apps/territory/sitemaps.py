from __future__ import annotations

from django.db.models import QuerySet

from apps.core.sitemaps import PublicSitemap
from apps.territory.models import Commune


class CommunePagesSitemap(PublicSitemap):
    """« Tout pour une commune »: 325 addresses, 1 query."""

    def items(self) -> QuerySet[Commune]:
        return Commune.objects.order_by("pk")
