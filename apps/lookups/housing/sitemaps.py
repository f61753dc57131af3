from __future__ import annotations

from django.db.models import QuerySet

from apps.core import clock
from apps.core.sitemaps import PublicSitemap
from apps.lookups.housing.models import Offer


class HousingSitemap(PublicSitemap):
    """The offers that are online today: 1 query."""

    def items(self) -> QuerySet[Offer]:
        return Offer.objects.online(clock.today()).filter(is_fictitious=False).order_by("pk")
