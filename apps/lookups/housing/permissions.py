"""Who may do what with rooms and bookings: each refusal is a reason."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import User
from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.lookups.housing.models import Booking, Offer

GUICHET = (Role.CASEWORKER, Role.HEAD)
# Editors keep the public data right, rooms included; they answer nobody.
KEEPERS = (*GUICHET, Role.EDITOR)


def is_guichet(user: Any) -> bool:
    return isinstance(user, User) and (user.is_superuser or not why_not_role(user, *GUICHET))


def why_not_manage(offer: Offer, user: Any) -> str:
    """Why `user` may not change an offer's rooms: its host, the guichet and editors may."""
    if offer.host_id == user.pk or user.is_superuser or not why_not_role(user, *KEEPERS):
        return ""
    return "Seuls l’hôte de ce logement et le guichet peuvent le modifier."


def why_not_answer(booking: Booking, user: Any) -> str:
    """Why `user` may not confirm or decline: the host and the guichet may."""
    if booking.room.offer.host_id == user.pk or is_guichet(user):
        return ""
    return "Seuls l’hôte de ce logement et le guichet répondent à une demande."


def is_students_own(booking: Booking, user: Any) -> bool:
    """Also a booking that the guichet noted under the person's address."""
    if booking.student_id:
        return bool(booking.student_id == user.pk)
    return bool(booking.email == user.email)


def why_not_cancel(booking: Booking, user: Any) -> str:
    """Why `user` may not cancel: the student, the host and the guichet may."""
    return "" if is_students_own(booking, user) else why_not_answer(booking, user)
