"""What a host does with their own rooms: answer, rooms, dates, pictures; keep an offer alive."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.lookups.housing import bookings, photos, seasons
from apps.lookups.housing.bookings import BookingRefusedError
from apps.lookups.housing.forms import AnswerForm, PhotoForm, RoomForm, StayForm
from apps.lookups.housing.models import Availability, Booking, Offer, Photo, Room
from apps.lookups.housing.notifications import RENEWAL_SALT
from apps.lookups.housing.permissions import why_not_answer, why_not_manage

_GET_AND_POST = ["GET", "HEAD", "POST"]
# The question goes out two weeks before the end; its link still works some weeks after.
_LINK_SECONDS = 60 * 24 * 3600


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or decline a request."""
    booking = get_object_or_404(Booking.objects.for_pages(), pk=pk)
    if reason := why_not_answer(booking, request.user):
        raise PermissionDenied(reason)
    refusal = bookings.why_not_answer_now(booking, clock.now())
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not refusal:
        try:
            _answer(request, booking, form.cleaned_data["answer"])
        except BookingRefusedError as error:
            refusal = str(error)
        else:
            return redirect("housing_space:index")
    context = {"booking": booking, "form": form, "refusal": refusal}
    return render(request, "lookups/housing/answer.html", context)


def _answer(request: HttpRequest, booking: Booking, words: str) -> None:
    if "confirm" in request.POST:
        bookings.confirm_booking(booking=booking, by=request.user, at=clock.now())
        messages.success(request, f"{booking.name} reçoit votre confirmation.")
    else:
        bookings.decline_booking(booking=booking, by=request.user, answer=words, at=clock.now())
        messages.success(request, f"{booking.name} reçoit votre réponse.")


@require_safe
@login_required
@never_cache
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer as its host sees it: rooms with their dates, pictures, stays to come."""
    offer = _offer(request, pk)
    at = clock.now()
    context = {
        "offer": offer,
        "rooms": offer.rooms.in_use(clock.paris_date(at)).prefetch_related("availabilities"),
        "photos": offer.photos.all(),
        "stays": Booking.objects.live(at).filter(room__offer=offer).for_pages().order_by("during"),
        "on": clock.paris_date(at),
    }
    return render(request, "lookups/housing/manage.html", context)


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def add_room(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    return _edit_room(request, Room(offer=offer), "Ajouter une chambre")


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def edit_room(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit_room(request, _room(request, pk), "Modifier la chambre")


def _edit_room(request: HttpRequest, room: Room, title: str) -> HttpResponse:
    form = RoomForm(request.POST or None, instance=room)
    if request.method == "POST" and form.is_valid():
        same_name = room.offer.rooms.filter(name=form.cleaned_data["name"]).exclude(pk=room.pk)
        if same_name.exists():
            form.add_error("name", "Une chambre porte déjà ce nom.")
        else:
            form.save()
            return redirect("housing_space:manage", pk=room.offer_id)
    context = {"form": form, "offer": room.offer, "title": title}
    return render(request, "lookups/housing/host_form.html", context)


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def withdraw_room(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of the lists from today on; stays that are confirmed remain."""
    room = _room(request, pk)
    if request.method == "POST":
        room.withdrawn_on = clock.today()
        room.save(update_fields=["withdrawn_on"])
        messages.success(request, f"{room.name} n’est plus proposée.")
        return redirect("housing_space:manage", pk=room.offer_id)
    return render(request, "lookups/housing/withdraw_room.html", {"room": room})


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def add_dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a room for some dates."""
    room = _room(request, pk)
    form = StayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = Availability(room=room, during=form.during, created_at=clock.now())
        try:
            with transaction.atomic():
                opened.full_clean()
                opened.save()
        except (ValidationError, IntegrityError):
            form.add_error(None, "La chambre est déjà ouverte sur une partie de ces dates.")
        else:
            return redirect("housing_space:manage", pk=room.offer_id)
    context = {"form": form, "offer": room.offer, "title": f"Ouvrir des dates : {room.name}"}
    return render(request, "lookups/housing/host_form.html", context)


@require_POST
@login_required
def remove_dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Close dates; who already has the room keeps it."""
    opened = get_object_or_404(Availability.objects.select_related("room__offer"), pk=pk)
    _require_right(request, opened.room.offer)
    opened.delete()
    return redirect("housing_space:manage", pk=opened.room.offer_id)


@require_http_methods(_GET_AND_POST)
@login_required
@never_cache
def add_photo(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    user: Any = request.user
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            photos.add_photo(
                offer=offer,
                upload=form.cleaned_data["picture"],
                alt=form.cleaned_data["alt"],
                by=user,
                at=clock.now(),
            )
        except ValidationError as refusal:
            form.add_error("picture", refusal)
        else:
            return redirect("housing_space:manage", pk=offer.pk)
    context = {"form": form, "offer": offer, "title": "Ajouter une photo"}
    return render(request, "lookups/housing/host_form.html", context)


@require_POST
@login_required
def remove_photo(request: HttpRequest, pk: int) -> HttpResponse:
    photo = get_object_or_404(Photo.objects.select_related("offer", "image", "thumbnail"), pk=pk)
    _require_right(request, photo.offer)
    offer_id = photo.offer_id
    photos.remove_photo(photo=photo)
    return redirect("housing_space:manage", pk=offer_id)


@require_http_methods(_GET_AND_POST)
@never_cache
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """The link of « votre offre se termine »: no sign-in, two buttons, nothing by a mere visit."""
    try:
        pk = signing.loads(token, salt=RENEWAL_SALT, max_age=_LINK_SECONDS)
    except signing.BadSignature as error:
        raise Http404("Ce lien n’est plus le bon.") from error
    offer = get_object_or_404(Offer.objects.select_related("commune"), pk=pk)
    done = ""
    if request.method == "POST" and "keep" in request.POST:
        offer = seasons.keep_offer(offer=offer, on=clock.today())
        done = "kept"
    elif request.method == "POST" and "withdraw" in request.POST:
        offer = seasons.withdraw_offer(offer=offer)
        done = "withdrawn"
    return render(request, "lookups/housing/renew.html", {"offer": offer, "done": done})


def _offer(request: HttpRequest, pk: int) -> Offer:
    offer = get_object_or_404(Offer.objects.select_related("commune"), pk=pk)
    _require_right(request, offer)
    return offer


def _room(request: HttpRequest, pk: int) -> Room:
    room = get_object_or_404(Room.objects.select_related("offer__commune"), pk=pk)
    _require_right(request, room.offer)
    return room


def _require_right(request: HttpRequest, offer: Offer) -> None:
    if reason := why_not_manage(offer, request.user):
        raise PermissionDenied(reason)
