"""Housing around a placement, and the page of one offer. Public; the session is never read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.core import clock, kept_pages
from apps.core.maps import allows_map
from apps.files.models import StoredFile
from apps.lookups.housing.free_time import Period, by_semester, free_periods, period_words
from apps.lookups.housing.models import Availability, Booking, Offer, Photo, Room
from apps.lookups.housing.search import RoomFilter, search_offers
from apps.territory.geocoding import Located

HTML = "text/html; charset=utf-8"
_A_YEAR = 365 * 24 * 3600
# Rooms are taken at any moment: asking for one that is says so.
_HOLDS = timedelta(minutes=1)


@require_safe
@allows_map
def index(request: HttpRequest) -> HttpResponseBase:
    """The form, without a query; then the offers around a place, nearest first. 3 queries.

    What was typed leads to the address of its search, where the page is kept.
    """
    make = partial(_index_page, request)
    query = RoomFilter.canonical_query(request.GET)
    return kept_pages.draw(make) if query is None else kept_pages.serve(request, make, query=query)


def _index_page(request: HttpRequest, at: datetime) -> kept_pages.Page | HttpResponse:
    on = clock.paris_date(at)
    has_asked = "ou" in request.GET
    rooms = Room.objects.in_use(on)
    search = RoomFilter(request.GET if has_asked else None, queryset=rooms, at=at)
    context: dict[str, object] = {"search": search, "form": search.form, "on": on}
    if has_asked and search.form.is_valid():
        place: Located = search.form.cleaned_data["ou"]
        query = search.settled_query(None if place.is_approximate else place.commune)
        if query is not None:
            return redirect(f"{request.path}?{query}")
        context |= {
            "found": search_offers(search, on=on, page=_page(request)),
            "during": search.form.during,
            "others": _other_pages(request),
        }
    html = render_to_string("lookups/housing/index.html", context, request)
    return kept_pages.Page(html.encode(), HTML, at + _HOLDS)


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "")
    return int(typed) if typed.isdecimal() and len(typed) < 4 else 1


def _other_pages(request: HttpRequest) -> str:
    """The search without its page number, for links to the other pages."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()


@dataclass(frozen=True, kw_only=True)
class RoomTimes:
    """A room with the periods when it can be asked for, semester by semester."""

    room: Room
    periods: list[Period]

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """(first day, last day, in words) of each period."""
        return [
            (first.isoformat(), (end - end.resolution).isoformat(), period_words((first, end)))
            for first, end in self.periods
        ]


@require_safe
def offer(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """One offer with its rooms and pictures; a wrong slug is redirected. 3 queries."""
    return kept_pages.serve(request, partial(_offer_page, request, pk))


def _offer_page(request: HttpRequest, pk: int, at: datetime) -> kept_pages.Page | HttpResponse:
    on = clock.paris_date(at)
    found = get_object_or_404(Offer.objects.select_related("commune"), pk=pk)
    if not found.is_online(on):
        raise Http404("Cette offre n’est pas en ligne.")
    if found.get_absolute_url() != request.path:
        return redirect(found, permanent=True)
    opened = Availability.objects.filter(room=OuterRef("pk"), during__endswith__gt=on)
    taken = Booking.objects.live(at).filter(room=OuterRef("pk"))
    rooms = (
        found.rooms.in_use(on)
        .order_by("name", "pk")
        .annotate(
            opened=ArraySubquery(opened.values("during")),
            taken=ArraySubquery(taken.values("during")),
        )
    )
    context = {
        "offer": found,
        "rooms": [RoomTimes(room=room, periods=_periods(room, since=on)) for room in rooms],
        "photos": found.photos.all(),
    }
    html = render_to_string("lookups/housing/offer.html", context, request)
    return kept_pages.Page(html.encode(), HTML, at + _HOLDS)


def _periods(room: Room, *, since: object) -> list[Period]:
    free = free_periods(
        [(each.lower, each.upper) for each in room.opened],
        [(each.lower, each.upper) for each in room.taken],
        since=since,  # type: ignore[arg-type]
    )
    return [part for period in free for part in by_semester(period)]


@require_safe
@cache_control(public=True, max_age=_A_YEAR, immutable=True)
def photo(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A picture, by the number of its file, which nobody guesses and which never changes."""
    if not Photo.objects.filter(Q(image=file_id) | Q(thumbnail=file_id)).exists():
        raise Http404("Cette photo n’existe pas.")
    stored = get_object_or_404(StoredFile, pk=file_id)
    try:
        response = FileResponse(stored.file.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404("Cette photo est introuvable.") from error
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
