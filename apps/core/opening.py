"""Whether something is open, until when, and how to say it. Pure: plain values in, no clock.

Hours are written in OpenStreetMap's `opening_hours` syntax and read in Paris, with the public
holidays of mainland France: « Mo-Fr 08:00-20:00; PH off ». At 20:00 sharp the line is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.core.exceptions import ValidationError
from holidays.countries import France
from opening_hours import OpeningHours, State, validate

from apps.core.clock import PARIS
from apps.core.dates import WEEKDAYS, format_date, format_time

# Longer than any closure between two openings of a yearly rule (« Jul 1-15 08:00-20:00 »).
HORIZON = timedelta(days=400)

_HOLIDAYS = France(language="fr")
_Spans = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Opening:
    """State of a place or a line at an instant.

    `closes_at` is set when it is open (None: it never closes) and `opens_at` when it is closed
    (None: no opening is planned). Both are aware, in Paris. `holds_until` is the first instant at
    which `wording` may no longer be true: the next opening or closing, or midnight, when « demain »
    changes its meaning.
    """

    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    wording: str
    holds_until: datetime


def why_not_hours(hours: str) -> str:
    """Reason why `hours` cannot be used, or an empty string."""
    if not validate(hours):
        return (
            "Ces horaires ne se lisent pas. Écrivez par exemple « Mo-Fr 08:00-20:00; PH off » : "
            "du lundi au vendredi de 8 h à 20 h, fermé les jours fériés."
        )
    if _schedule(hours).warnings:
        return "Ces horaires sont ambigus : chaque règle doit dire ses jours, puis ses heures."
    if "unknown" in hours.lower():
        return "Le mot « unknown » n’aide personne : ouvert ou fermé ?"
    return ""


def validate_hours(hours: str) -> None:
    """For a model's field. Raises ValidationError with the reason."""
    if reason := why_not_hours(hours):
        raise ValidationError(reason)


def read_opening(hours: str, at: datetime) -> Opening:
    """Whether what has these `hours` is open at the instant `at`, and what to say about it.

    `hours` must be valid (why_not_hours), `at` aware.
    """
    # By way of UTC: the hour that does not exist in March becomes one that does.
    local = at.astimezone(UTC).astimezone(PARIS)
    is_open = _schedule(hours).is_open(local)
    change = _next_time(hours, local, is_open=not is_open)
    midnight = next_midnight(at)
    return Opening(
        is_open=is_open,
        closes_at=change if is_open else None,
        opens_at=None if is_open else change,
        wording=_say_open(change, local) if is_open else _say_closed(change, local, hours),
        holds_until=min(change, midnight) if change else midnight,
    )


def open_spans(hours: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The intervals during which it is open, from the midnight before `start` until `end`.

    Beginning with that midnight keeps an interval whole when `start` falls within it. `hours` must
    be valid, `start` and `end` aware; one that never closes gives one interval.
    """
    first = _midnight(start.astimezone(PARIS).date())
    last = end.astimezone(PARIS)
    return [
        (opens, min(closes, last))
        for opens, closes, state, _ in _schedule(hours).intervals(first, last)
        if state == State.OPEN
    ]


def next_midnight(at: datetime) -> datetime:
    """The end of the day in Paris, when « demain » changes its meaning."""
    return _midnight(at.astimezone(PARIS).date() + timedelta(days=1))


def describe_hours(hours: str, on: date) -> str:
    """The ordinary week in words: « du lundi au vendredi, de 8 h à 20 h, hors jours fériés ».

    The week read is the first one without a public holiday from `on`.
    """
    monday = on + timedelta(days=-on.weekday() % 7)
    while any(monday + timedelta(days=n) in _HOLIDAYS for n in range(7)):
        monday += timedelta(days=7)
    week = [_spans(hours, monday + timedelta(days=n)) for n in range(7)]
    sayings = [_say_spans(spans) for spans in week]
    if not any(sayings):
        return "fermé"
    groups: list[tuple[int, int]] = []
    for day, saying in enumerate(sayings):
        if saying and groups and groups[-1][1] == day - 1 and sayings[groups[-1][0]] == saying:
            groups[-1] = (groups[-1][0], day)
        elif saying:
            groups.append((day, day))
    text = " ; ".join(f"{_say_days(first, last)}, {sayings[first]}" for first, last in groups)
    return f"{text}, hors jours fériés" if _closes_on_holidays(hours, on, week) else text


def weekly_rules(hours: str) -> list[str]:
    """The rules one by one, as schema.org's openingHours wants them, without holidays."""
    rules = (rule.strip() for rule in hours.split(";"))
    return [rule for rule in rules if rule and not rule.startswith("PH")]


@lru_cache(maxsize=64)
def _schedule(hours: str, country: str | None = "FR") -> OpeningHours:
    return OpeningHours(hours, timezone=PARIS, country=country)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def _next_time(hours: str, local: datetime, *, is_open: bool) -> datetime | None:
    # To a midnight: the same hour on a day to come may not exist, when clocks go forward.
    end = _midnight(local.date() + HORIZON)
    for start, _, state, _ in _schedule(hours).intervals(local, end):
        if (state == State.OPEN) is is_open:
            return start
    return None


def _spans(hours: str, day: date, country: str | None = "FR") -> _Spans:
    """Opening and closing times of one day."""
    intervals = _schedule(hours, country).intervals(
        _midnight(day), _midnight(day + timedelta(days=1))
    )
    return tuple((start, end) for start, end, state, _ in intervals if state == State.OPEN)


def _holiday(hours: str, day: date) -> str:
    """Name of the holiday that closes it on `day`: « Noël », or an empty string."""
    name = _HOLIDAYS.get(day)
    if not name or _spans(hours, day) or not _spans(hours, day, country=None):
        return ""
    return name.replace("'", "’").replace("; ", " et ")


def _closes_on_holidays(hours: str, on: date, week: list[_Spans]) -> bool:
    """Whether the next holiday that falls on a day of opening is a day of closing."""
    for n in range(HORIZON.days):
        day = on + timedelta(days=n)
        if day in _HOLIDAYS and week[day.weekday()]:
            return not _spans(hours, day)
    return False


def _say_open(closes_at: datetime | None, local: datetime) -> str:
    if closes_at is None:
        return "Ouvert jour et nuit"
    if closes_at == _midnight(local.date() + timedelta(days=1)):
        return "Ouvert jusqu’à minuit"
    day = "" if closes_at.date() == local.date() else f"{_say_day(closes_at, local)}, "
    return f"Ouvert jusqu’à {day}{format_time(closes_at)}"


def _say_closed(opens_at: datetime | None, local: datetime, hours: str) -> str:
    holiday = _holiday(hours, local.date())
    closed = f"Fermé aujourd’hui ({holiday})" if holiday else "Fermé"
    if opens_at is None:
        return closed if holiday else "Fermé jusqu’à nouvel ordre"
    return f"{closed}, rouvre {_say_day(opens_at, local)} à {format_time(opens_at)}"


def _say_day(then: datetime, local: datetime) -> str:
    """« aujourd’hui », « demain », « lundi », or « le lundi 4 janvier 2027 » a week or more off."""
    days = (then.date() - local.date()).days
    weekday = WEEKDAYS[then.weekday()]
    if days < 2:
        return ("aujourd’hui", "demain")[days]
    return weekday if days < 7 else f"le {weekday} {format_date(then.date())}"


def _say_days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "tous les jours"
    if first == last:
        return f"le {WEEKDAYS[first]}"
    return f"du {WEEKDAYS[first]} au {WEEKDAYS[last]}"


def _say_spans(spans: _Spans) -> str:
    if len(spans) == 1 and spans[0][1] - spans[0][0] == timedelta(days=1):
        return "24 heures sur 24"
    return " et ".join(
        f"de {format_time(opens)} à {format_time(closes)}" for opens, closes in spans
    )
