"""When a call takes proposals, to the second. Pure: no ORM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from apps.core.dates import format_datetime


class Phase(StrEnum):
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {"coming": "À venir", "open": "Ouvert", "closed": "Fermé"}[self.value]

    @property
    def tone(self) -> str:
        """Of its chip (docs/components.md)."""
        return {"coming": "todo", "open": "ok", "closed": ""}[self.value]


def remaining_words(left: timedelta) -> str:
    """« 8 jours et 6 heures », « 3 heures et 12 minutes », « moins d’une minute »."""
    minutes = int(left.total_seconds()) // 60
    if minutes < 1:
        return "moins d’une minute"
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = (
        ((days, "jour"), (hours, "heure")) if days else ((hours, "heure"), (minutes % 60, "minute"))
    )
    return " et ".join(
        f"{number}\u00a0{word}{'s' if number > 1 else ''}" for number, word in parts if number
    )


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """`grace_seconds` are said beforehand on the call's page: they are everybody's."""

    opens_at: datetime
    closes_at: datetime
    grace_seconds: int

    @property
    def last_moment(self) -> datetime:
        """The last instant at which a proposal is received, that instant included."""
        return self.closes_at + timedelta(seconds=self.grace_seconds)

    def phase(self, at: datetime) -> Phase:
        """The hour said to people is what they read: the grace shows in no countdown."""
        if at < self.opens_at:
            return Phase.COMING
        return Phase.OPEN if at <= self.closes_at else Phase.CLOSED

    def next_change(self, at: datetime) -> datetime | None:
        """From when on the phase is another one; None once the call is closed."""
        if at < self.opens_at:
            return self.opens_at
        return self.closes_at + datetime.resolution if at <= self.closes_at else None

    def why_not_receive(self, at: datetime) -> str:
        """Why a proposal that arrives at this instant is not received, in French."""
        if at < self.opens_at:
            return f"L’appel ouvre le {format_datetime(self.opens_at)}."
        if at > self.last_moment:
            words = f"L’appel a fermé le {format_datetime(self.closes_at)}"
            if self.grace_seconds:
                words += f", avec {self.grace_seconds} secondes de tolérance"
            return f"{words}. Votre envoi est arrivé trop tard."
        return ""
