"""Places of care at the desk: each act has a page of its own."""

from apps.lookups.care_places.admin.appointment import AppointmentAdmin
from apps.lookups.care_places.admin.extract import ExtractAdmin
from apps.lookups.care_places.admin.place import PlaceAdmin
from apps.lookups.care_places.admin.slot import SlotAdmin

__all__ = ["AppointmentAdmin", "ExtractAdmin", "PlaceAdmin", "SlotAdmin"]
