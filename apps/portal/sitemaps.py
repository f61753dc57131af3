from __future__ import annotations

from django.urls import reverse

from apps.core.sitemaps import PublicSitemap
from apps.portal.aids import AIDS


class PagesSitemap(PublicSitemap):
    """The pages that do not depend on a row; the other apps have sections of their own."""

    def items(self) -> list[str]:
        names = (
            *("home", "aids", "help", "accessibility"),
            *("legal_notice", "personal_data", "site_map"),
        )
        online = [aid.url for aid in AIDS if aid.is_online]
        pages = [reverse(f"portal:{name}") for name in names]
        others = [reverse("same_day_lines:index"), reverse("innovation:calls")]
        return [*pages, *others, *online]

    def location(self, item: str) -> str:
        return item
