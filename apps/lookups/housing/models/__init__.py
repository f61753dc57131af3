"""Housing for health students: offers, their rooms, and who stays in them when."""

from apps.lookups.housing.models.booking import Booking, BookingState, WaitingEntry
from apps.lookups.housing.models.offer import Offer, OfferKind, OfferStatus, Photo
from apps.lookups.housing.models.room import Amenity, Availability, Room
from apps.lookups.housing.models.search import SavedSearch

__all__ = [
    "Amenity",
    "Availability",
    "Booking",
    "BookingState",
    "Offer",
    "OfferKind",
    "OfferStatus",
    "Photo",
    "Room",
    "SavedSearch",
    "WaitingEntry",
]
