"""A supervisor whose last accreditation is over is named no longer than staff decided."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pghistory.core import event_models

from apps.lookups.supervisors.models import Accreditation, Supervisor
from apps.lookups.supervisors.retention import forget_ended
from tests.factories.supervisors import AccreditationFactory

pytestmark = pytest.mark.django_db
AT = datetime(2030, 1, 1, 3, tzinfo=UTC)
ENDED = (date(2024, 1, 1), date(2026, 1, 1))
LASTING = (date(2024, 1, 1), None)


def test_an_ended_accreditation_takes_the_name_with_it() -> None:
    over = AccreditationFactory(valid_during=ENDED).supervisor
    active = AccreditationFactory(valid_during=LASTING).supervisor
    name = active.last_name

    assert forget_ended(date(2025, 12, 31), AT) == 0
    assert forget_ended(date(2026, 1, 1), AT) == 1
    assert forget_ended(date(2026, 1, 1), AT) == 0

    over.refresh_from_db()
    assert (over.full_name, over.email, over.rpps) == ("Effacé Effacé", "", "")
    assert not Accreditation.objects.filter(supervisor=over).exists()
    for events in event_models(tracks_model=Supervisor):
        assert not events.objects.filter(pgh_obj_id=over.pk).exists()
    active.refresh_from_db()
    assert active.last_name == name
