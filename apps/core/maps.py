"""A map beside a list: `{% include "components/map.html" with map=map %}`, map a PageMap.

The page also links `leaflet/leaflet.css`, `css/map.css`, `leaflet/leaflet.js` and `js/map.js`
(components/map_head.html, components/map_scripts.html). The list beside it says the same, and is
what works without JavaScript, from the keyboard and with a screen reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.middleware import leave_out_trusted_types

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, kw_only=True)
class MapPoint:
    """Degrees, what the point is, one more line, and the address of its page."""

    lat: float
    lng: float
    name: str
    url: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class PageMap:
    """Points, and the circle of a search if there is one: its centre and its radius in km."""

    points: Sequence[MapPoint]
    centre: tuple[float, float] | None = None
    km: float = 0

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads."""
        return {
            "points": [asdict(point) for point in self.points],
            "centre": self.centre,
            "km": self.km,
        }

    @property
    def tiles(self) -> dict[str, str]:
        """Address and credit of the background's images; empty when none is set."""
        return settings.MAP_TILES if settings.MAP_TILES["url"] else {}


def allows_map(view: View[P]) -> View[P]:
    """Decorator: Leaflet may draw, and the visitor may ask for the background's images, and only
    for those."""

    @wraps(view)
    def allowing(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        allowed = view
        if settings.MAP_TILES["url"]:
            address = urlsplit(settings.MAP_TILES["url"])
            origin = f"{address.scheme}://{address.netloc}"
            allowed = csp_update({"img-src": [origin]})(view)  # type: ignore[arg-type,assignment]
        response = allowed(request, *args, **kwargs)
        leave_out_trusted_types(response)
        return response

    return allowing
