"""« Disponible maintenant », for who answers students at a fair; and opening a semester."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.core import clock
from apps.lookups.housing import bookings
from apps.lookups.housing.forms import VisitorForm
from apps.lookups.housing.models import Offer, OfferKind, Room
from apps.lookups.housing.permissions import GUICHET, KEEPERS
from apps.lookups.housing.search import distance_words
from apps.lookups.housing.seasons import open_season, rooms_to_open
from apps.lookups.housing.semesters import Semester, coming_semesters, parse_semester
from apps.territory.geocoding import LocationField

_MOST_ROOMS = 100
_FAR = 50


def _choices() -> list[tuple[str, str]]:
    return [(each.slug, each.label.capitalize()) for each in coming_semesters(clock.today())]


class SemesterField(forms.ChoiceField):
    """Cleans to a Semester: the one that runs, or one of those after it."""

    def __init__(self) -> None:
        super().__init__(label="Semestre", choices=_choices)

    def clean(self, value: Any) -> Any:  # type: ignore[override]
        return parse_semester(super().clean(value))


class BoardForm(forms.Form):
    semestre = SemesterField()
    ou = LocationField(label="Près de", required=False)


class SeasonForm(forms.Form):
    semestre = SemesterField()
    types = forms.MultipleChoiceField(
        label="Ouvrir les chambres proposées par",
        choices=OfferKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un type de logement."},
    )


@dataclass(frozen=True, kw_only=True)
class FreeRoom:
    room: Room
    distance_km: float | None

    @property
    def distance(self) -> str:
        return "" if self.distance_km is None else distance_words(self.distance_km)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The rooms that are free this very moment, large enough for a tablet. 2 or 3 queries."""
    _require(request, *KEEPERS, Role.AUDITOR)
    at = clock.now()
    asked = request.GET if "semestre" in request.GET else None
    # By default the next semester: at a fair, nobody asks for the one that runs.
    coming = coming_semesters(clock.paris_date(at))[1]
    form = BoardForm(asked, initial={"semestre": coming.slug})
    rooms: list[FreeRoom] = []
    semester: Semester | None = None
    if asked is None:
        semester = coming
        rooms = _free_rooms(coming, None, at)
    elif form.is_valid():
        semester = form.cleaned_data["semestre"]
        rooms = _free_rooms(semester, form.cleaned_data["ou"], at)
    context = {
        "title": "Disponible maintenant",
        "form": form,
        "semester": semester,
        "rooms": rooms[:_MOST_ROOMS],
        "count": len(rooms),
        "at": at,
    }
    return _draw(request, "board.html", context)


def _free_rooms(semester: Semester, place: Any, at: datetime) -> list[FreeRoom]:
    on = clock.paris_date(at)
    during = DateRange(max(semester.first, on), semester.end)
    offers = Offer.objects.online(on)
    found = Room.objects.in_use(on).free(during, at).filter(offer__in=offers)
    rooms = found.select_related("offer__commune").order_by("offer__commune", "offer", "name")
    if place is None:
        return [FreeRoom(room=room, distance_km=None) for room in rooms]
    near = offers.near(place.latitude, place.longitude, km=_FAR)
    distances = dict(near.values_list("pk", "distance_km"))
    around = [
        FreeRoom(room=room, distance_km=distances[room.offer_id])
        for room in rooms
        if room.offer_id in distances
    ]
    return sorted(around, key=lambda free: (free.distance_km, free.room.offer_id, free.room.name))


@require_http_methods(["GET", "HEAD", "POST"])
def hold_for_visitor(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a room for somebody who stands here, with their name and address."""
    _require(request, *GUICHET)
    room = get_object_or_404(Room.objects.select_related("offer__commune"), pk=pk)
    semester = parse_semester(request.GET.get("semestre", ""))
    dates = {"du": semester.first, "au": semester.end - semester.end.resolution} if semester else {}
    form = VisitorForm(request.POST or None, initial=dates)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            booking = bookings.hold_room(
                room=room,
                during=form.during,
                student=None,
                name=values["name"],
                email=values["email"],
                note=values["note"],
                at=clock.now(),
            )
        except bookings.BookingRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"La chambre est retenue pour {booking.name}.")
            return redirect("admin:housing_board")
    context = {
        "title": "Retenir une chambre",
        "form": form,
        "room": room,
        "back": reverse("admin:housing_board"),
    }
    return _draw(request, "hold.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def season(request: HttpRequest) -> HttpResponse:
    """Open a semester for every room of some kinds of offers, in one step."""
    _require(request, *KEEPERS)
    at = clock.now()
    next_one = coming_semesters(clock.paris_date(at))[1]
    form = SeasonForm(request.POST or None, initial={"semestre": next_one.slug})
    if request.method == "POST" and form.is_valid():
        semester = form.cleaned_data["semestre"]
        count = open_season(semester=semester, kinds=form.cleaned_data["types"], at=at)
        messages.success(request, f"Semestre de {semester.label} : {count} chambre(s) ouverte(s).")
        return redirect("admin:housing_offer_changelist")
    on = clock.paris_date(at)
    counts = [(kind.label, rooms_to_open([kind.value], on=on).count()) for kind in OfferKind]
    context = {"title": "Ouvrir un semestre", "form": form, "counts": counts}
    return _draw(request, "season.html", context)


def _require(request: HttpRequest, *roles: Role) -> None:
    user: Any = request.user
    if not user.is_superuser and (reason := why_not_role(user, *roles)):
        raise PermissionDenied(reason)


def _draw(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/housing/{template}",
        {**admin.site.each_context(request), "has_permission": True, **context},
    )
