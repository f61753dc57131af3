"""E-mails about housing: a name, a place, dates, a link. Nothing of what was written in a note."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from apps.lookups.housing.models import Booking, Offer, SavedSearch
from apps.notifications.queue import queue_email
from apps.notifications.registry import register_email_kind

FOLDER = "lookups/housing/email"
RENEWAL_SALT = "housing.renewal"
ALERT_SALT = "housing.alert"

for _slug, _label in (
    ("logement-demande", "Logement : demande à l’hôte"),
    ("logement-retenu", "Logement : chambre retenue"),
    ("logement-confirme", "Logement : réservation confirmée"),
    ("logement-fini", "Logement : réservation finie"),
    ("logement-annule", "Logement : annulation dite à l’hôte"),
    ("logement-propose", "Logement : proposition de la liste d’attente"),
    ("logement-renouveler", "Logement : offre à renouveler"),
    ("logement-alerte", "Logement : alerte"),
):
    register_email_kind(slug=_slug, label=_label, folder=FOLDER)


def tell_host(kind: str, booking: Booking, *, at: datetime) -> None:
    """Nothing is sent when nobody left an address: the guichet answers then."""
    offer = booking.room.offer
    if offer.host_email:
        url = reverse("housing_space:answer", args=[booking.pk]) if offer.host_id else ""
        _queue(kind, booking, to=offer.host_email, url=url, at=at)


def tell_student(kind: str, booking: Booking, *, at: datetime) -> None:
    _queue(kind, booking, to=booking.email, url=reverse("housing_space:index"), at=at)


def ask_host_again(offer: Offer, *, at: datetime) -> None:
    token = signing.dumps(offer.pk, salt=RENEWAL_SALT)
    context = {
        "name": offer.host_name,
        "offer": offer,
        "url": _absolute(reverse("housing_space:renew", args=[token])),
    }
    queue_email("logement-renouveler", to=offer.host_email, context=context, at=at)


def tell_new_offers(search: SavedSearch, offers: Any, *, at: datetime) -> None:
    token = signing.dumps(search.pk, salt=ALERT_SALT)
    context = {
        "name": search.user.first_name,
        "search": search,
        "offers": offers,
        "url": _absolute(f"{reverse('housing:index')}?{search.query}"),
        "stop_url": _absolute(reverse("housing_space:stop_alert", args=[token])),
    }
    queue_email("logement-alerte", to=search.user.email, context=context, at=at)


def _queue(kind: str, booking: Booking, *, to: str, url: str, at: datetime) -> None:
    """Found again by the booking's number, to be forgotten with it."""
    context = {
        "booking": booking,
        "room": booking.room,
        "offer": booking.room.offer,
        "url": _absolute(url) if url else "",
    }
    queue_email(kind, to=to, reference=booking.reference, context=context, at=at)


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
