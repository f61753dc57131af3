from __future__ import annotations

from django.db.models import QuerySet

from apps.core import clock
from apps.core.sitemaps import PublicSitemap
from apps.lookups.care_places.models import Place


class CarePlacesSitemap(PublicSitemap):
    """The places that are open to the public today: 1 query."""

    def items(self) -> QuerySet[Place]:
        return Place.objects.known(clock.today()).filter(is_fictitious=False).order_by("pk")
