"""« Mes logements »: what a student asked for, waits for and follows. Signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.lookups.housing import alerts, bookings
from apps.lookups.housing.bookings import BookingRefusedError
from apps.lookups.housing.forms import AskForm, StayForm
from apps.lookups.housing.models import (
    Booking,
    BookingState,
    Offer,
    Room,
    SavedSearch,
    WaitingEntry,
)
from apps.lookups.housing.models.search import LONGEST_QUERY
from apps.lookups.housing.notifications import ALERT_SALT
from apps.lookups.housing.search import RoomFilter

_GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Everything about housing that is this person's. 5 queries, and those of the session."""
    at = clock.now()
    user: Any = request.user
    mine = list(Booking.objects.of(user).for_pages())
    context = {
        "bookings": [(booking, booking.is_live(at)) for booking in mine],
        "waiting": WaitingEntry.objects.waiting()
        .filter(student=user)
        .select_related("room__offer__commune"),
        "searches": SavedSearch.objects.filter(user=user),
        "offers": Offer.objects.filter(host=user).select_related("commune"),
        "requests": Booking.objects.live(at)
        .filter(room__offer__host=user, state=BookingState.HELD)
        .for_pages(),
        "on": clock.paris_date(at),
    }
    return render(request, "lookups/housing/space.html", context)


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a room; the dates may come in the address."""
    room = _room(pk)
    user: Any = request.user
    form = AskForm(request.POST) if request.method == "POST" else AskForm(initial=_dates(request))
    if form.is_valid():
        try:
            bookings.hold_room(
                room=room,
                during=form.during,
                student=user,
                name=str(user),
                email=user.email,
                note=form.cleaned_data["note"],
                at=clock.now(),
            )
        except BookingRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "La chambre est retenue pour vous.")
            return redirect("housing_space:index")
    return render(request, "lookups/housing/ask.html", {"form": form, "room": room})


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Join the line of a room that is taken."""
    room = _room(pk)
    form = StayForm(request.POST) if request.method == "POST" else StayForm(initial=_dates(request))
    if form.is_valid():
        try:
            bookings.join_line(room=room, during=form.during, student=request.user, at=clock.now())
        except BookingRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Vous êtes inscrit. Nous vous écrivons si elle se libère.")
            return redirect("housing_space:index")
    return render(request, "lookups/housing/wait.html", {"form": form, "room": room})


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a room up: a page that says what it does, then the act."""

    def act(booking: Booking, at: datetime) -> None:
        bookings.cancel_booking(booking=booking, by=request.user, at=at)

    return _settle(
        request,
        pk,
        act,
        template="lookups/housing/cancel.html",
        why_not=bookings.why_not_cancel_now,
        done="Votre réservation est annulée.",
    )


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes to what the waiting list offers."""

    def act(booking: Booking, at: datetime) -> None:
        bookings.accept_offer(booking=booking, by=request.user, at=at)

    return _settle(
        request,
        pk,
        act,
        template="lookups/housing/accept.html",
        why_not=bookings.why_not_accept_now,
        done="La chambre est retenue pour vous.",
    )


def _settle(
    request: HttpRequest,
    pk: int,
    act: Callable[[Booking, datetime], None],
    *,
    template: str,
    why_not: Callable[[Booking, datetime], str],
    done: str,
) -> HttpResponse:
    """The page of one act on one's own booking, and the act."""
    at = clock.now()
    booking = get_object_or_404(Booking.objects.of(request.user).for_pages(), pk=pk)
    refusal = why_not(booking, at)
    if request.method == "POST" and not refusal:
        try:
            act(booking, at)
        except BookingRefusedError as error:
            refusal = str(error)
        else:
            messages.success(request, done)
            return redirect("housing_space:index")
    return render(request, template, {"booking": booking, "refusal": refusal})


@require_POST
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(WaitingEntry, pk=pk, student=request.user)
    bookings.leave_line(entry=entry, by=request.user, at=clock.now())
    messages.success(request, "Vous n’attendez plus cette chambre.")
    return redirect("housing_space:index")


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def add_alert(request: HttpRequest) -> HttpResponse:
    """Follow a search, whose words are in the address."""
    query = _search_query(request.GET)
    at = clock.now()
    search = RoomFilter(QueryDict(query), queryset=Room.objects.all(), at=at)
    if not search.form.is_valid() or len(query) > LONGEST_QUERY:
        raise Http404("Cette recherche ne se lit pas.")
    refusal = alerts.why_not_save(user=request.user, query=query)
    if request.method == "POST" and not refusal:
        alerts.save_search(user=request.user, query=query, label=search.words, at=at)
        messages.success(request, "Nous vous écrivons dès qu’une chambre s’ouvre.")
        return redirect("housing_space:index")
    context = {"label": search.words, "refusal": refusal, "query": query}
    return render(request, "lookups/housing/alert.html", context)


@require_POST
@login_required
def remove_alert(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedSearch, pk=pk, user=request.user).delete()
    messages.success(request, "Cette alerte est retirée.")
    return redirect("housing_space:index")


@require_http_methods(_GET_AND_POST)
@never_cache
def stop_alert(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the foot of an alert: no sign-in, one button, nothing done by a mere visit."""
    try:
        pk = signing.loads(token, salt=ALERT_SALT)
    except signing.BadSignature as error:
        raise Http404("Ce lien n’est pas le bon.") from error
    search = SavedSearch.objects.filter(pk=pk).first()
    if request.method == "POST" and search:
        search.delete()
        search = None
    return render(request, "lookups/housing/stop_alert.html", {"search": search})


def _room(pk: int) -> Room:
    room = get_object_or_404(Room.objects.select_related("offer__commune"), pk=pk)
    if not room.offer.is_online(clock.today()):
        raise Http404("Cette offre n’est pas en ligne.")
    return room


def _dates(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("du", "au") if request.GET.get(name)}


def _search_query(asked: QueryDict) -> str:
    """The search itself, in one order: the same one is followed once."""
    kept = asked.copy()
    for name in list(kept):
        if name in {"page", "csrfmiddlewaretoken"} or not any(kept.getlist(name)):
            del kept[name]
    return "&".join(sorted(kept.urlencode().split("&")))
