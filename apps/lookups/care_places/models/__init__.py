from apps.lookups.care_places.models.extract import DistinctPair, Extract, ExtractSource
from apps.lookups.care_places.models.place import (
    Language,
    Place,
    PlaceKind,
    PlaceQuerySet,
    Precision,
    Service,
)
from apps.lookups.care_places.models.road import RoadTime
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
    "Precision",
    "RoadTime",
    "Service",
    "Slot",
    "SlotQuerySet",
    "SlotState",
    "with_next_slot",
]
