"""The intervals that SQL reads say what the hours say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.opening import open_spans, read_opening
from apps.lookups.care_places.models import OpenSpan, Place
from apps.lookups.care_places.tasks import renew_open_spans
from tests.factories.care_places import AT, PlaceFactory

HOURS = ("24/7", "Mo-Fr 08:00-20:00; PH off", "Sa 22:00-24:00; Su 00:00-04:00", "Dec 25 off")
# Two months with both a holiday and the end of summer time.
FIRST = datetime(2026, 10, 1, tzinfo=UTC)


@given(hours=st.sampled_from(HOURS[:3]), minutes=st.integers(0, 61 * 24 * 60))
def test_spans_and_words_agree_at_any_minute(hours: str, minutes: int) -> None:
    at = FIRST + timedelta(minutes=minutes)
    spans = open_spans(hours, FIRST, FIRST + timedelta(days=70))

    assert any(start <= at < end for start, end in spans) == read_opening(hours, at).is_open


@pytest.mark.django_db
def test_saving_a_place_opens_its_hours_once() -> None:
    PlaceFactory(opening_hours="24/7")
    PlaceFactory(opening_hours="24/7")
    PlaceFactory()

    assert OpenSpan.objects.count() == 1


@pytest.mark.django_db
def test_the_nightly_job_moves_on_and_forgets_hours_that_nobody_keeps() -> None:
    PlaceFactory(opening_hours="24/7")
    OpenSpan.objects.ensure(["Mo 10:00-12:00"], at=AT - timedelta(days=60))
    OpenSpan.objects.filter(hours="24/7").delete()

    for _ in range(2):
        renew_open_spans(timestamp=0)

    assert list(OpenSpan.objects.values_list("hours", flat=True)) == ["24/7"]
    assert Place.objects.open_at(datetime.now(UTC)).count() == 1
