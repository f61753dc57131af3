"""A call's days as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from apps.programmes.innovation.call_facts import CallFacts


def calendar_of(call: CallFacts, *, url: str, at: datetime) -> bytes:
    """Four events at most: each keeps its identifier, so that a moved day moves in calendars."""
    calendar = Calendar()
    calendar.add("prodid", "-//Orléans Santé//Appels à projets//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", call.title)
    deadlines = call.deadlines
    days: tuple[tuple[str, str, date | datetime | None], ...] = (
        ("ouverture", "Ouverture de l’appel", deadlines.opens_at),
        ("fermeture", "Fermeture de l’appel", deadlines.closes_at),
        ("jury", "Réunion du jury", call.jury_on),
        ("annonce", "Annonce des lauréats", call.announced_on),
    )
    for name, label, day in days:
        if day is not None:
            calendar.add_component(_event(call, name, label, day, url=url, at=at))
    return bytes(calendar.to_ical())


def _event(
    call: CallFacts, name: str, label: str, day: date | datetime, *, url: str, at: datetime
) -> Event:
    event = Event()
    event.add("uid", f"{name}-{call.year}@sante-innovations-loiret")
    event.add("dtstamp", at)
    event.add("summary", f"{label}, {call.title}")
    event.add("dtstart", day)
    if not isinstance(day, datetime):
        event.add("dtend", day + timedelta(days=1))
    event.add("url", url)
    return event
