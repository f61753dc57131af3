"""Background jobs of the places of care. Each may run twice: the second time changes nothing."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.core import clock
from apps.lookups.care_places.models import OpenSpan, Place
from apps.lookups.care_places.routing import renew_road_times


@app.periodic(cron="20 1 * * *")
@app.task(
    name="care_places.renew_open_spans",
    queueing_lock="care_places.renew_open_spans",
    pass_context=False,
)
def renew_open_spans(timestamp: int) -> None:
    """Move the intervals of opening one day on, and drop those of hours that no place has."""
    at = clock.now()
    hours = Place.objects.known(clock.paris_date(at)).exclude(opening_hours="")
    OpenSpan.objects.renew(hours.values_list("opening_hours", flat=True).distinct(), at=at)


@app.periodic(cron="30 2 * * 0")
@app.task(
    name="care_places.renew_road_times",
    queueing_lock="care_places.renew_road_times",
    pass_context=False,
)
def ask_road_times(timestamp: int) -> None:
    """Each Sunday, when a routing service is set; estimates stand for what it does not answer."""
    renew_road_times(on=clock.today())
