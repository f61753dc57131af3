from apps.lookups.care_places.models.extract import DistinctPair, Extract, ExtractSource
from apps.lookups.care_places.models.place import (
    Language,
    Place,
    PlaceKind,
    PlaceQuerySet,
    Service,
)
from apps.lookups.care_places.models.road import RoadTime, with_road_minutes
from apps.lookups.care_places.models.slot import (
    SOON,
    Appointment,
    AppointmentCode,
    AppointmentState,
    Slot,
    SlotQuerySet,
    SlotState,
    with_next_slot,
)
from apps.lookups.care_places.models.span import OpenSpan

__all__ = [
    "SOON",
    "Appointment",
    "AppointmentCode",
    "AppointmentState",
    "DistinctPair",
    "Extract",
    "ExtractSource",
    "Language",
    "OpenSpan",
    "Place",
    "PlaceKind",
    "PlaceQuerySet",
    "RoadTime",
    "Service",
    "Slot",
    "SlotQuerySet",
    "SlotState",
    "with_next_slot",
    "with_road_minutes",
]
