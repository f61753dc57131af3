from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from apps.core.sitemaps import PublicSitemap
from apps.territory.models import Commune


class CommunesSitemap(PublicSitemap):
    """The line of each commune: 325 addresses, 1 query."""

    def items(self) -> QuerySet[Commune]:
        return Commune.objects.order_by("pk")

    def location(self, item: Commune) -> str:
        return reverse("same_day_lines:commune", args=(item.pk, item.slug))
