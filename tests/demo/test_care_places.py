"""The demo town's places are fictitious, open, and keep slots."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from apps.demo.care_places import load_care_places
from apps.lookups.care_places.models import Appointment, Place, Slot
from tests.factories.accounts import UserFactory

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@time_machine.travel(NOW, tick=False)
@pytest.mark.usefixtures("communes")
def test_places_say_that_they_are_made_up_and_some_slots_are_free() -> None:
    staff = {"responsable": UserFactory(), "agente": UserFactory()}

    count = load_care_places(staff=staff, now=NOW)

    assert count == Place.objects.filter(is_fictitious=True, name__contains="Démo").count() == 10
    assert Place.objects.open_at(NOW).count() == 10
    assert (Appointment.objects.count(), Slot.objects.free(NOW).count()) == (2, 94)
